import type { Change } from "@graphql-inspector/core";
import { diffSchemas } from "../checks/diff-schemas.ts";
import type { Tx } from "../database.ts";
import type { LaunchRow } from "../db/tables.ts";
import { apiSchema } from "./build.ts";
import { readDocument } from "./documents.ts";
import { launchBefore } from "./launches.ts";

/** What a launch changed for clients. Undefined where it is the first, or did not compose. */
export async function changesOf(tx: Tx, launch: LaunchRow): Promise<Change[] | undefined> {
  const before = await readDocument(tx, (await launchBefore(tx, launch))?.apiHash ?? null);
  const after = await readDocument(tx, launch.apiHash);
  if (before === undefined || after === undefined) return undefined;
  return diffSchemas(apiSchema(before), apiSchema(after));
}
