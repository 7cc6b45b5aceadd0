import { object } from "../../schema/compound.ts";
import { boolean, duration, integer, text, url } from "../../schema/scalar.ts";
import type { Infer } from "../../schema/schema.ts";

const report = object({
  enabled: boolean().default(true),
  interval: duration().default("10s").describe("How often what was counted is sent."),
  entries_max: integer({ min: 1 })
    .default(5_000)
    .describe("Of different operations by different clients that are counted apart between two reports."),
});

/** `plugins: mycelium.registry` */
export const registrySection = object({
  url: url().describe("Where the registry is; /usage beneath it takes reports."),
  key: text().describe("A router's key. Best from the environment."),
  graph_ref: text().check((ref, notify) => {
    if (!/^[^@\s]+@[^@\s]+$/.test(ref)) notify([], "must be GRAPH@VARIANT");
  }),
  report: report.default({}),
})
  .check(({ report: { intervalMs } }, notify) => {
    if (intervalMs < 1_000 || intervalMs > 3_600_000) notify(["report", "interval"], "must be from 1s to 1h");
  })
  .describe(
    "Tells a registry what clients ask: which operations, by whom, how often; never with which values.",
  )
  .omittable();

export type RegistryConfig = NonNullable<Infer<typeof registrySection>>;
