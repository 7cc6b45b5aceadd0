import { list, object } from "../../schema/compound.ts";
import { duration, headerName, text } from "../../schema/scalar.ts";
import type { Infer } from "../../schema/schema.ts";

const secretCharsMin = 32;

const key = object({
  id: text().describe("Tells subgraphs which key it is."),
  secret: text()
    .check((secret, report) => {
      if (secret.length < secretCharsMin) report([], `needs at least ${secretCharsMin} characters`);
    })
    .describe("Best from the environment or a file of its own, as the file expands them."),
});

/** `plugins: mycelium.context` */
export const contextSection = object({
  header: headerName()
    .default("mycelium-context")
    .describe("What a client sends under this name never reaches a subgraph."),
  ttl: duration().default("60s").describe("How long a subgraph believes it."),
  keys: list(key, { itemsMin: 1 }).describe(
    "The first one signs. To rotate, give subgraphs the new one, put it first here, and take the old one away.",
  ),
})
  .check(({ ttlMs }, report) => {
    if (ttlMs < 2_000 || ttlMs > 3_600_000) report(["ttl"], "must be from 2s to 1h");
  })
  .describe("Tells subgraphs who asks, signed so that they can believe it.")
  .omittable();

export type ContextConfig = NonNullable<Infer<typeof contextSection>>;
