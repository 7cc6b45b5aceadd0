import type { FormPartHead } from "../http/form-part-head.ts";
import { FormError, type FormParts } from "../http/form-parts.ts";
import { type FileMap, readFileMap } from "./file-map.ts";
import { uploadErrors } from "./upload-error.ts";
import type { UploadLimits } from "./upload-limits.ts";

export interface UploadedFile {
  head: FormPartHead;
  bytes: Uint8Array;
}

export interface Operations {
  text: string;
  contentType: string | undefined;
}

/**
 * The form behind one client request: first its operations, then the map, then files. Files are read when
 * a subgraph needs them; one that comes too early is held, so that their order does not matter.
 */
export class Upload {
  /** Empty until it is read. */
  map: FileMap = { placesByFile: new Map() };
  private readonly held = new Map<string, UploadedFile>();
  private filesSeen = 0;
  /** One reader at a time; fetches may run at once. */
  private turn: Promise<unknown> = Promise.resolve();

  constructor(
    private readonly parts: FormParts,
    private readonly limits: UploadLimits,
  ) {}

  async readOperations(bytesMax: number): Promise<Operations> {
    const head = await this.nextPart();
    if (head?.name !== "operations") throw uploadErrors.missingOperations();
    const bytes = await this.parts.readBody(bytesMax);
    return { text: bytes.toString(), contentType: head.contentType };
  }

  async readMap(): Promise<FileMap> {
    const head = await this.nextPart();
    if (head?.name !== "map") throw uploadErrors.missingMap();
    const bytes = await this.parts.readBody(mapBytesMax).catch(explain);
    this.map = readFileMap(bytes.toString(), this.limits.filesMax);
    return this.map;
  }

  /** In the order of the names. They stay held: another fetch may need them, too. */
  async readFiles(names: readonly string[]): Promise<UploadedFile[]> {
    const read = this.turn.then(() => this.readUntilHeld(names));
    this.turn = read.catch(() => undefined);
    await read;
    return names.map((name) => this.held.get(name)!);
  }

  /** Whoever still reads meets the end of the form. */
  close(): void {
    this.parts.cancel();
  }

  private async readUntilHeld(names: readonly string[]): Promise<void> {
    for (;;) {
      const missing = names.filter((name) => !this.held.has(name));
      if (missing.length === 0) return;
      const head = await this.nextPart();
      if (!head) throw uploadErrors.missingFiles(missing);
      const { filesMax } = this.limits;
      if (this.filesSeen >= filesMax) throw uploadErrors.tooManyFiles(filesMax);
      this.filesSeen++;
      if (head.name !== undefined && this.isWanted(head.name)) await this.hold(head.name, head);
    }
  }

  private isWanted(name: string): boolean {
    return this.map.placesByFile.has(name) && !this.held.has(name);
  }

  private async hold(name: string, head: FormPartHead): Promise<void> {
    const { fileBytesMax } = this.limits;
    const bytes = await this.parts.readBody(fileBytesMax).catch((error: unknown) => {
      if (error instanceof FormError && error.code === "PART_TOO_LARGE") {
        throw uploadErrors.fileTooLarge(fileBytesMax, head.fileName ?? name);
      }
      return explain(error);
    });
    this.held.set(name, { head, bytes });
  }

  private nextPart(): Promise<FormPartHead | undefined> {
    return this.parts.next().catch(explain);
  }
}

/** Apollo Router's. */
export const mapBytesMax = 10_240;

function explain(error: unknown): never {
  throw error instanceof FormError ? uploadErrors.invalidForm(error.message) : error;
}
