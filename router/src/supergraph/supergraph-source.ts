import { readFile } from "node:fs/promises";
import { SupergraphError } from "./read-supergraph.ts";

/** Where the supergraph comes from. */
export interface SupergraphSource {
  /** As it is now. */
  read(): Promise<string>;
  /** What became of what was read last: it serves, or it makes no router. */
  settle(outcome: "serves" | "refused"): Promise<void>;
  /** Calls back when another one is there. */
  onChange(changed: () => void): void;
  /** Calls back with what an operator should know. */
  onNote(note: (level: "info" | "warn", message: string) => void): void;
  close(): void;
}

/** Files are watched beside the configuration. */
export function supergraphFile(path: string): SupergraphSource {
  return {
    async read() {
      try {
        return await readFile(path, "utf8");
      } catch (error) {
        const missing = (error as { code?: string }).code === "ENOENT";
        throw new SupergraphError(
          missing ? `there is no file ${path}` : `cannot read ${path}: ${String(error)}`,
        );
      }
    },
    settle: async () => {},
    onChange: () => {},
    onNote: () => {},
    close: () => {},
  };
}
