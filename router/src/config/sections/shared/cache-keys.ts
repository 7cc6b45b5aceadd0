import { boolean, duration, text } from "../../schema/scalar.ts";

/** What both forms of caching say for a subgraph. */
export const subgraphCacheKeys = {
  enabled: boolean().optional(),
  ttl: duration().optional().describe("For answers that do not say how long they last."),
  private_id: text().optional().describe("The key of the context that tells one caller from another."),
};
