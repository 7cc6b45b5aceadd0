import type { SamplerOptions } from "../telemetry-options.ts";

/** `parentSampled` is what the caller decided; `undefined` when there is none. */
export type Sampler = (traceId: string, parentSampled: boolean | undefined) => boolean;

export function createSampler(options: SamplerOptions, parentBased: boolean): Sampler {
  const ratio =
    options === "always_on" ? 1 : options === "always_off" ? 0 : Math.min(Math.max(options, 0), 1);
  return (traceId, parentSampled) => {
    if (parentBased && parentSampled !== undefined) return parentSampled;
    return ratio === 1 || isWithin(traceId, ratio);
  };
}

/** By the id itself, so that every service with one ratio keeps the same traces. */
export function isWithin(traceId: string, ratio: number): boolean {
  return Number.parseInt(traceId.slice(16, 28), 16) < ratio * 2 ** 48;
}
