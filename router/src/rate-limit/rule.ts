import type { RateLimitRule } from "../config/sections/mycelium/rate-limit.ts";
import type { Asker } from "./asker.ts";
import type { Take } from "./counter.ts";
import { compileConditions } from "./rule-condition.ts";
import { compileKey, isOfOperation } from "./rule-key.ts";

export type RuleNeeds = "request" | "operation" | "cost";

/** A rule as functions. */
export interface Rule {
  readonly name: string;
  readonly windowMs: number;
  /** How much of a request has to be known. */
  readonly needs: RuleNeeds;
  /** What a request takes; undefined where the rule does not count it. */
  takeFor(asker: Asker): Take | undefined;
}

const windowsMs = { second: 1_000, minute: 60_000, hour: 3_600_000, day: 86_400_000 };

export function compileRule(settings: RateLimitRule): Rule {
  const { name, key: parts, per, when } = settings;
  const windowMs = windowsMs[per];
  const holds = compileConditions(when);
  const readKey = compileKey(parts);
  const keyStart = `${name}/${per}/`;
  const missing = settings.whenMissing === "share" ? "missing" : undefined;
  const limitFor = compileLimit(settings);
  return {
    name,
    windowMs,
    needs: needsOf(settings),
    takeFor(asker) {
      if (holds && !holds(asker)) return undefined;
      const key = readKey(asker) ?? missing;
      if (key === undefined) return undefined;
      return { key: keyStart + key, limit: limitFor(asker), weight: weightOf(settings, asker), windowMs };
    },
  };
}

function needsOf({ key, when, weight }: RateLimitRule): RuleNeeds {
  if (weight === "cost") return "cost";
  const namesOperation = when.operationName !== undefined || when.operationKind !== undefined;
  return namesOperation || key.some(isOfOperation) ? "operation" : "request";
}

function compileLimit({ limit, plans }: RateLimitRule): (asker: Asker) => number {
  if (Object.keys(plans).length === 0) return () => limit;
  return ({ caller: { plan } }) =>
    plan !== undefined && Object.hasOwn(plans, plan) ? (plans[plan] ?? limit) : limit;
}

/** Whole numbers; and no request is free. */
function weightOf({ weight }: RateLimitRule, { operation }: Asker): number {
  return weight === "cost" ? Math.max(1, Math.ceil(operation?.cost ?? 1)) : 1;
}
