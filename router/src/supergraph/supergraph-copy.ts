import { mkdir, readFile, rename, writeFile } from "node:fs/promises";
import { dirname } from "node:path";

export interface CopiedSupergraph {
  sdl: string;
  launch: string | undefined;
}

/** The last good supergraph in a file, for a start while nobody delivers one. */
export class SupergraphCopy {
  constructor(private readonly path: string) {}

  async read(): Promise<CopiedSupergraph | undefined> {
    const text = await readFile(this.path, "utf8").catch(() => undefined);
    if (text === undefined) return undefined;
    const [, launch, sdl = ""] = /^# launch: (.*)\n([\s\S]*)$/.exec(text) ?? [];
    return sdl === "" ? undefined : { sdl, launch: launch || undefined };
  }

  /** Never half: it takes its name when it is whole. Answers what is wrong where it cannot be written. */
  async write({ sdl, launch }: CopiedSupergraph): Promise<string | undefined> {
    const unfinished = `${this.path}.${process.pid}.new`;
    try {
      await mkdir(dirname(this.path), { recursive: true });
      await writeFile(unfinished, `# launch: ${launch ?? ""}\n${sdl}`, { mode: 0o600 });
      await rename(unfinished, this.path);
      return undefined;
    } catch (error) {
      return (error as Error).message;
    }
  }
}
