import { rootSchema } from "../config/root-schema.ts";
import { printJsonSchema } from "../config/schema/json-schema.ts";
import type { CommandIo } from "./command-io.ts";
import { exitCode } from "./exit-code.ts";

/** Prints what an editor needs to complete and check router.yaml. */
export async function runSchemaCommand(args: readonly string[], io: CommandIo): Promise<number> {
  if (args.length > 0) {
    io.stderr("Usage: router config schema\n");
    return exitCode.usage;
  }
  io.stdout(`${JSON.stringify(printJsonSchema(rootSchema, "Mycelium Router configuration"), null, 2)}\n`);
  return exitCode.ok;
}
