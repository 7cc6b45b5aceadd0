import { buildSchema, GraphQLError } from "graphql";
import type { Tx } from "../database.ts";
import type { LaunchRow } from "../db/tables.ts";
import { hashOf } from "./documents.ts";
import { type LaunchCause, lockVariant, recordLaunch, servedLaunch } from "./launches.ts";

export type PublishedSchema = { launch: LaunchRow; isNew: boolean } | { problem: string };

/** Of a graph that has no subgraphs. */
export async function publishSchema(
  tx: Tx,
  cause: Omit<LaunchCause, "kind" | "subject">,
  sdl: string,
): Promise<PublishedSchema> {
  try {
    buildSchema(sdl);
  } catch (error) {
    if (error instanceof GraphQLError || error instanceof Error) return { problem: error.message };
    throw error;
  }
  await lockVariant(tx, cause.variant);
  const before = await servedLaunch(tx, cause.variant);
  if (before?.subgraphs) return { problem: `${cause.variant} has subgraphs: publish those` };
  if (before?.apiHash === hashOf(sdl)) return { launch: before, isNew: false };
  const build = { supergraph: sdl, api: sdl };
  const launch = await recordLaunch(
    tx,
    { ...cause, kind: "SCHEMA", subject: null },
    { subgraphs: null, build },
  );
  return { launch, isNew: true };
}
