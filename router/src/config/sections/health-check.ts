import { section } from "../schema/compound.ts";
import { boolean, duration, integer, listenAddress, text } from "../schema/scalar.ts";
import type { Infer } from "../schema/schema.ts";

const READY_INTERVALS_PER_SAMPLING = 2;

const readiness = section({
  allowed: integer().default(100).describe("How many requests shed in one interval still count as ready."),
  interval: section({
    sampling: duration().defaultOrNone("5s").describe("How often shed requests are counted."),
    unready: duration()
      .optional()
      .describe("How long the router stays unready; twice the sampling by default."),
  }),
}).to(({ allowed, interval }) => {
  const intervalSamplingMs = interval.samplingMs ?? 5_000;
  const intervalUnreadyMs = interval.unreadyMs ?? READY_INTERVALS_PER_SAMPLING * intervalSamplingMs;
  return { allowed, intervalSamplingMs, intervalUnreadyMs };
});

export const healthCheckSection = section({
  enabled: boolean().default(true),
  listen: listenAddress().default("127.0.0.1:8088"),
  path: text()
    .default("/health")
    .to((path) => (path.startsWith("/") ? path : `/${path}`)),
  readiness,
});

export type HealthCheckConfig = Infer<typeof healthCheckSection>;
