import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

export interface MigrationFolder extends Disposable {
  path: string;
  /** `migration` is `<schema>/<NNNN_name>`. */
  write(migration: string, scripts: { up: string; down?: string }): void;
}

const core = join(import.meta.dirname, "../../../../drizzle/mycelium");

/** A folder of migrations with the core in it, for a test to add to. */
export function makeMigrationFolder(): MigrationFolder {
  const path = mkdtempSync(join(tmpdir(), "mycelium-migrations-"));
  cpSync(core, join(path, "mycelium"), { recursive: true });
  return {
    path,
    write(migration, { up, down = "" }) {
      const folder = join(path, migration);
      mkdirSync(folder, { recursive: true });
      writeFileSync(join(folder, "up.sql"), up);
      writeFileSync(join(folder, "down.sql"), down);
    },
    [Symbol.dispose]: () => rmSync(path, { recursive: true, force: true }),
  };
}
