import { list, map, object, oneOf, section } from "../../schema/compound.ts";
import { boolean, bytes, headerName, text } from "../../schema/scalar.ts";
import type { Infer, Report } from "../../schema/schema.ts";

const privateId = object({
  claim: text().optional().describe("A claim of the caller's token."),
  header: headerName()
    .optional()
    .describe("A header of the client's request: only where nobody can forge it."),
}).check(({ claim, header }, report) => {
  if ((claim === undefined) === (header === undefined)) report([], "takes either claim or header");
});

const target = object({
  subgraph: text(),
  type: text().optional().describe("An entity's type: the entity that the event names is invalidated."),
  key: map(text())
    .optional()
    .describe(
      "The entity's key fields, each with where its value stands in the event, such as `payload.id`.",
    ),
  cache_tag: text().optional().describe("A tag; {payload.id} and the like come from the event."),
}).check(checkTarget);

/** `plugins: mycelium.cache` */
export const cacheSection = section({
  mode: oneOf("enforce", "observe")
    .default("enforce")
    .describe("observe keeps keys only and asks every subgraph: it tells what caching would bring."),
  memory: bytes().default("64MiB").describe("What is kept in this process, in bytes."),
  private_id: privateId.optional().describe("Tells callers of private data apart, for every subgraph."),
  private_ids: map(privateId).default({}).describe("For one subgraph, over private_id."),
  debug_key: text()
    .optional()
    .describe("Signs the header `mycelium-cache-debug`, which brings the reasons for hits and misses."),
  plans_prefer_cached: boolean()
    .default(false)
    .describe(
      "Plans weigh a fetch by how often the cache has answered such: of two ways to a field they take the one that is likely cached.",
    ),
  events: map(list(target))
    .default({})
    .describe("What an event of the platform's bus, by its type, makes untrue."),
});

export type MyceliumCacheConfig = Infer<typeof cacheSection>;
export type EventTarget = Infer<typeof target>;

function checkTarget({ type, key, cacheTag }: EventTargetKeys, report: Report): void {
  if (cacheTag !== undefined && type !== undefined) report([], "takes either type or cache_tag");
  if (key !== undefined && type === undefined) report(["key"], "needs a type");
}

interface EventTargetKeys {
  type: string | undefined;
  key: unknown;
  cacheTag: string | undefined;
}
