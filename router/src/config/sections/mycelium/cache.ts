import { map, object, oneOf, section } from "../../schema/compound.ts";
import { bytes, headerName, text } from "../../schema/scalar.ts";
import type { Infer } from "../../schema/schema.ts";

const privateId = object({
  claim: text().optional().describe("A claim of the caller's token."),
  header: headerName()
    .optional()
    .describe("A header of the client's request: only where nobody can forge it."),
}).check(({ claim, header }, report) => {
  if ((claim === undefined) === (header === undefined)) report([], "takes either claim or header");
});

/** `plugins: mycelium.cache` */
export const cacheSection = section({
  mode: oneOf("enforce", "observe")
    .default("enforce")
    .describe("observe keeps keys only and asks every subgraph: it tells what caching would bring."),
  memory: bytes().default("128MiB").describe("What is kept in this process, in bytes."),
  private_id: privateId.optional().describe("Tells callers of private data apart, for every subgraph."),
  private_ids: map(privateId).default({}).describe("For one subgraph, over private_id."),
});

export type MyceliumCacheConfig = Infer<typeof cacheSection>;
