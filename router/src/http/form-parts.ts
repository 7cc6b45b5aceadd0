import { type FormPartHead, readPartHead } from "./form-part-head.ts";

export type FormErrorCode =
  | "NO_BOUNDARY"
  | "UNKNOWN_ENCODING"
  | "INCOMPLETE_STREAM"
  | "INCOMPLETE_PART"
  | "BAD_PART_HEADERS"
  | "PART_TOO_LARGE"
  | "STREAM_TOO_LARGE"
  | "STREAM_READ_FAILED";

export class FormError extends Error {
  constructor(
    readonly code: FormErrorCode,
    message: string,
  ) {
    super(message);
    this.name = "FormError";
  }
}

export interface FormLimits {
  /** Of everything, once decompressed. */
  streamBytesMax: number;
}

interface ByteReader {
  read(): Promise<{ done: boolean; value?: Uint8Array | undefined }>;
  cancel(): Promise<void>;
}

/**
 * Reads `multipart/form-data` (RFC 7578) part by part, no faster than it is asked to: a part that nobody
 * wants is skipped without being held, and each part has a limit of its own. Bun's and other readers hold
 * the whole form.
 */
export class FormParts {
  private readonly reader: ByteReader;
  private readonly delimiter: Buffer;
  /** The line break makes a boundary at the very beginning look like every other one. */
  private held: Buffer = Buffer.from("\r\n");
  private bytesRead = 0;
  private place: "preamble" | "part" | "boundary" | "end" = "preamble";
  private part: FormPartHead | undefined;

  constructor(
    body: ReadableStream<Uint8Array>,
    boundary: string,
    private readonly limits: FormLimits,
  ) {
    this.reader = body.getReader();
    this.delimiter = Buffer.from(`\r\n--${boundary}`);
  }

  /** The head of the next part; what was not read of the one before is skipped. Undefined after the last. */
  async next(): Promise<FormPartHead | undefined> {
    if (this.place === "preamble" || this.place === "part") await this.passBody(ignore);
    if (this.place === "end" || (await this.isLastBoundary())) return undefined;
    this.part = readPartHead(await this.readHeadText());
    if (!this.part) throw new FormError("BAD_PART_HEADERS", "failed to read headers");
    this.place = "part";
    return this.part;
  }

  /** The body of the part that `next` has named. */
  async readBody(bytesMax: number): Promise<Buffer> {
    const pieces: Buffer[] = [];
    let total = 0;
    await this.passBody((piece) => {
      total += piece.length;
      if (total > bytesMax) {
        const problem = `field ${this.partName()} exceeded the size limit: ${bytesMax} bytes`;
        throw new FormError("PART_TOO_LARGE", problem);
      }
      pieces.push(piece);
    });
    return Buffer.concat(pieces, total);
  }

  /** Ends a read that is under way, too. */
  cancel(): void {
    this.reader.cancel().catch(ignore);
  }

  private async passBody(use: (piece: Buffer) => void): Promise<void> {
    // What may be the beginning of a delimiter is kept until more has come.
    const tailBytes = this.delimiter.length - 1;
    for (;;) {
      const end = this.held.indexOf(this.delimiter);
      if (end >= 0) {
        use(this.held.subarray(0, end));
        this.held = this.held.subarray(end + this.delimiter.length);
        this.place = "boundary";
        return;
      }
      const passed = this.held.length - tailBytes;
      if (passed > 0) {
        use(this.held.subarray(0, passed));
        this.held = this.held.subarray(passed);
      }
      if (!(await this.fill())) throw this.endedEarly();
    }
  }

  private async isLastBoundary(): Promise<boolean> {
    while (this.held.length < 2) if (!(await this.fill())) throw incompleteStream();
    if (this.held[0] !== dash || this.held[1] !== dash) return false;
    this.place = "end";
    return true;
  }

  /** Everything between the boundary and the empty line. */
  private async readHeadText(): Promise<string> {
    for (;;) {
      const end = this.held.indexOf("\r\n\r\n");
      if (end > headBytesMax || (end < 0 && this.held.length > headBytesMax)) {
        throw new FormError("BAD_PART_HEADERS", "failed to read headers");
      }
      if (end >= 0) {
        const text = this.held.toString("latin1", 0, end);
        this.held = this.held.subarray(end + 4);
        const padding = /^[ \t]*\r\n/.exec(text)?.[0];
        if (padding === undefined) throw incompleteStream();
        return text.slice(padding.length);
      }
      if (!(await this.fill())) throw incompleteStream();
    }
  }

  private async fill(): Promise<boolean> {
    const { done, value } = await this.reader.read().catch(() => {
      throw new FormError("STREAM_READ_FAILED", "failed to read stream");
    });
    if (done || !value) return false;
    this.bytesRead += value.length;
    const { streamBytesMax } = this.limits;
    if (this.bytesRead > streamBytesMax) {
      throw new FormError("STREAM_TOO_LARGE", `stream size exceeded limit: ${streamBytesMax} bytes`);
    }
    const piece = Buffer.from(value.buffer, value.byteOffset, value.length);
    this.held = this.held.length === 0 ? piece : Buffer.concat([this.held, piece]);
    return true;
  }

  private endedEarly(): FormError {
    if (this.place === "preamble") return incompleteStream();
    return new FormError("INCOMPLETE_PART", `field ${this.partName()} received with incomplete data`);
  }

  private partName(): string {
    return JSON.stringify(this.part?.name ?? "<unknown>");
  }
}

const dash = 0x2d;
const headBytesMax = 16_384;

function incompleteStream(): FormError {
  return new FormError("INCOMPLETE_STREAM", "incomplete multipart stream");
}

function ignore(): void {}
