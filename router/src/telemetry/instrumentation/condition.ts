import type { AttributeValue } from "../telemetry-options.ts";
import type { Holds, Level, ReadValue } from "./facts.ts";
import { compileSelector, type Surroundings } from "./read-selector.ts";
import { UnsupportedTelemetry } from "./unsupported.ts";

export function compileCondition(level: Level, condition: unknown, surroundings: Surroundings): Holds {
  if (condition === undefined || condition === "true") return () => true;
  if (condition === "false") return () => false;
  const parts = condition as Readonly<Record<string, unknown>>;
  const operand = (value: unknown): ReadValue =>
    typeof value === "object" && value !== null && !Array.isArray(value)
      ? compileSelector(level, value, surroundings)
      : () => value as AttributeValue;
  const pair = (values: unknown): [ReadValue, ReadValue] => {
    const [left, right] = values as readonly unknown[];
    return [operand(left), operand(right)];
  };
  const inner = (conditions: unknown): Holds[] =>
    (conditions as readonly unknown[]).map((part) => compileCondition(level, part, surroundings));

  if (parts.eq !== undefined) return compare(pair(parts.eq), (a, b) => String(a) === String(b));
  if (parts.gt !== undefined) return compare(pair(parts.gt), (a, b) => a > b);
  if (parts.lt !== undefined) return compare(pair(parts.lt), (a, b) => a < b);
  if (parts.exists !== undefined) {
    const read = compileSelector(level, parts.exists, surroundings);
    return (facts, fetch) => read(facts, fetch) !== undefined;
  }
  if (parts.all !== undefined) {
    const all = inner(parts.all);
    return (facts, fetch) => all.every((holds) => holds(facts, fetch));
  }
  if (parts.any !== undefined) {
    const any = inner(parts.any);
    return (facts, fetch) => any.some((holds) => holds(facts, fetch));
  }
  if (parts.not !== undefined) {
    const holds = compileCondition(level, parts.not, surroundings);
    return (facts, fetch) => !holds(facts, fetch);
  }
  throw new UnsupportedTelemetry(`the condition "${Object.keys(parts).join(", ")}"`);
}

/** Nothing holds for what is not there. */
function compare(
  [left, right]: [ReadValue, ReadValue],
  isTrue: (a: AttributeValue, b: AttributeValue) => boolean,
): Holds {
  return (facts, fetch) => {
    const a = left(facts, fetch);
    const b = right(facts, fetch);
    return a !== undefined && b !== undefined && isTrue(a, b);
  };
}
