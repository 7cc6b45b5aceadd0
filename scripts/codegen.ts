import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { generateTypes } from "@mycelium/subgraph-kit/codegen";
import { Glob } from "bun";
import { root } from "./run-command.ts";

/** `npm run codegen` writes each subgraph's types; `-- --check` only says which are not current. */
export function codegen({ check = false, folder = join(root, "subgraphs") } = {}): string[] {
  const schemas = [...new Glob("*/schema.graphql").scanSync(folder)].sort();
  return schemas.flatMap((schema) => {
    const target = join(folder, schema, "../src/schema-types.ts");
    const text = generateTypes(readFileSync(join(folder, schema), "utf8"));
    if (existsSync(target) && readFileSync(target, "utf8") === text) return [];
    if (!check) writeFileSync(target, text);
    return [target];
  });
}

if (import.meta.main) {
  const check = process.argv.includes("--check");
  const stale = codegen({ check });
  for (const file of stale) console.log(check ? `not current: ${file}` : `wrote ${file}`);
  process.exit(check && stale.length > 0 ? 1 : 0);
}
