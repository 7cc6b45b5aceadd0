import { transformSupergraphToPublicSchema } from "@theguild/federation-composition";
import { buildASTSchema, type GraphQLSchema, parse, print } from "graphql";
import { composeSubgraphs, engines } from "../../../rover/compose/compose-subgraphs.ts";
import type { SubgraphSource } from "../../../rover/compose/read-compose-file.ts";
import type { LaunchError } from "../db/tables.ts";

export type Build = { supergraph: string; api: string } | { errors: LaunchError[] };

/** With the composition that Rover runs here too, so that what passes on a desk passes there. */
export function buildSupergraph(subgraphs: readonly SubgraphSource[]): Build {
  if (subgraphs.length === 0) return { errors: [{ message: "There is no subgraph", code: "NO_SUBGRAPHS" }] };
  const outcome = composeSubgraphs(subgraphs, engines.mit!);
  if ("Ok" in outcome) return builtOf(outcome.Ok.supergraphSdl);
  return { errors: outcome.Err.build_errors.map(({ message, code }) => ({ message, code })) };
}

export function builtOf(supergraph: string): Build {
  return { supergraph, api: print(transformSupergraphToPublicSchema(parse(supergraph))) };
}

/** What clients see. */
export function apiSchema(api: string): GraphQLSchema {
  return buildASTSchema(parse(api), { assumeValidSDL: true });
}
