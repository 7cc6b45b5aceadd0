import { existsSync, mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { generateTypes } from "@mycelium/subgraph-kit/codegen";
import { root } from "./run-command.ts";
import { subgraphFiles } from "./subgraph-template.ts";

/** `npm run new:subgraph NAME` writes a subgraph with one entity, which runs, composes and passes its tests as it stands. */
export function newSubgraph(name: string, folder = root): string[] {
  if (!/^[a-z][a-z0-9]{1,29}$/.test(name)) {
    throw new Error(
      `${JSON.stringify(name)} is no name for a subgraph: lower case letters and digits, as "orders"`,
    );
  }
  if (existsSync(join(folder, "subgraphs", name))) throw new Error(`subgraphs/${name} is there already`);
  const files = subgraphFiles(name);
  const schema = files[`subgraphs/${name}/schema.graphql`] ?? "";
  files[`subgraphs/${name}/src/schema-types.ts`] = generateTypes(schema);
  for (const [path, text] of Object.entries(files)) {
    const whole = join(folder, path);
    mkdirSync(dirname(whole), { recursive: true });
    writeFileSync(whole, text);
  }
  return Object.keys(files);
}

if (import.meta.main) {
  try {
    for (const path of newSubgraph(process.argv[2] ?? "")) console.log(`wrote ${path}`);
    console.log("next: npm run db -- migrate, and name it in rover.config.yaml");
  } catch (error) {
    console.error((error as Error).message);
    process.exit(1);
  }
}
