import { map, object, oneOf, section } from "../schema/compound.ts";
import { boolean, integer } from "../schema/scalar.ts";
import type { Infer } from "../schema/schema.ts";

const subgraphBatching = section({ enabled: boolean().default(false) });

export const batchingSection = section({
  enabled: boolean().default(false).describe("Whether a client may send several operations in one request."),
  mode: oneOf("batch_http_link").default("batch_http_link"),
  maximum_size: integer().optional().describe("How many operations one request may hold."),
  subgraph: object({ all: subgraphBatching, subgraphs: map(subgraphBatching).default({}) })
    .optional()
    .describe("Whether what they ask of one subgraph goes there in one request, too."),
});

export type BatchingConfig = Infer<typeof batchingSection>;

/** A subgraph's own word goes before the one for all. */
export function batchesCalls({ enabled, subgraph }: BatchingConfig, name: string): boolean {
  if (!enabled || !subgraph) return false;
  const { all, subgraphs } = subgraph;
  return (Object.hasOwn(subgraphs, name) ? subgraphs[name]! : all).enabled;
}
