import type { Planner } from "../planner/planner.ts";
import type { Exchange } from "./exchange.ts";

/** Under these names, Apollo Router's own, a coprocessor learns which labels there are and says which hold. */
export const overrideKeys = {
  unresolved: "apollo::progressive_override::unresolved_labels",
  active: "apollo::progressive_override::labels_to_override",
} as const;

/** Which progressive overrides hold for one request. */
export interface ActiveOverrides {
  labels: ReadonlySet<string>;
  /** The roll, 0 to 100, that decides `percent(x)` labels. */
  percentage: number;
  /** Equal for requests that share a plan. */
  side: string;
}

/** Names the labels that only others can decide, before any coprocessor is asked. */
export function announceLabels({ pipeline, context }: Exchange): void {
  const { overrideLabels } = pipeline.planner;
  if (overrideLabels.length > 0) context.set(overrideKeys.unresolved, [...overrideLabels]);
}

/** Rolls the dice for percentages, and takes the labels that the context names as active. */
export function settleOverrides(planner: Planner, context: ReadonlyMap<string, unknown>): ActiveOverrides {
  const { overrideLabels, overridePercentages } = planner;
  if (overrideLabels.length === 0 && overridePercentages.length === 0) return noOverrides;
  const percentage = Math.random() * 100;
  const rolled = overridePercentages.map((limit) => (percentage < limit ? "1" : "0")).join("");
  const named = context.get(overrideKeys.active);
  const active = Array.isArray(named) ? overrideLabels.filter((label) => named.includes(label)) : [];
  return { labels: new Set(active), percentage, side: [rolled, ...active].join("\n") };
}

const noOverrides: ActiveOverrides = { labels: new Set(), percentage: 0, side: "" };
