import { list, object } from "../../schema/compound.ts";
import { duration, headerName, headerValue, integer, text, url } from "../../schema/scalar.ts";
import type { Infer } from "../../schema/schema.ts";

const introspection = object({
  url: url().describe("Answers POST token=KEY as RFC 7662 says."),
  headers: list(object({ name: headerName(), value: headerValue() }))
    .default([])
    .describe("Such as authorization, by which the endpoint knows the router."),
  ttl: duration()
    .default("5s")
    .describe(
      "How long an answer, good or bad, is remembered: a key that is revoked works no longer than this.",
    ),
  timeout: duration().default("2s"),
  keys_max: integer({ min: 1 }).default(10_000).describe("How many answers are remembered."),
});

/** `plugins: mycelium.api_keys` */
export const apiKeysSection = object({
  header: headerName().default("x-api-key"),
  file: text().optional().describe("Lines made by `router keys create`. It is watched."),
  introspection: introspection.optional(),
})
  .check(({ file, introspection }, report) => {
    if (file === undefined && introspection === undefined) {
      report([], "needs a file, an introspection endpoint, or both");
    }
  })
  .describe("Callers that show a key: programs, not people.")
  .omittable();

export type ApiKeysConfig = NonNullable<Infer<typeof apiKeysSection>>;
