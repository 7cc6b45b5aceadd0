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
    .refused("batches of operations for subgraphs", isAskedFor),
});

type SubgraphKeys = { readonly enabled: boolean };

function isAskedFor(
  keys:
    | { readonly all: SubgraphKeys; readonly subgraphs: Readonly<Record<string, SubgraphKeys>> }
    | undefined,
): boolean {
  if (!keys) return false;
  return keys.all.enabled || Object.values(keys.subgraphs).some(({ enabled }) => enabled);
}

export type BatchingConfig = Infer<typeof batchingSection>;
