import type { AttributeValue } from "../telemetry/telemetry-options.ts";
import { compileSelector, type Environment, type ReadValue } from "./selectors.ts";
import type { StageFacts, StageLevel, StageMoment } from "./stage-facts.ts";

export interface ConditionPlace {
  level: StageLevel;
  moment: StageMoment;
  environment: Environment;
}

export type StageCondition = (facts: StageFacts) => boolean;

/** Undefined where a value is missing: then nothing can be said, not even the opposite. */
type Verdict = boolean | undefined;
type Judge = (facts: StageFacts) => Verdict;

/**
 * Apollo Router judges requests with three outcomes and answers with two: at a request, a comparison with
 * something absent is neither true nor false, and the stage does not run.
 */
export function compileStageCondition(condition: unknown, place: ConditionPlace): StageCondition | undefined {
  if (condition === undefined || condition === "true") return undefined;
  const judge = compile(condition, place);
  return (facts) => judge(facts) === true;
}

function compile(condition: unknown, place: ConditionPlace): Judge {
  if (condition === "true") return () => true;
  if (condition === "false") return () => false;
  // The cast holds: the configuration has been checked.
  const { eq, gt, lt, exists, all, any, not } = condition as Readonly<Record<string, unknown>>;
  if (eq !== undefined) return compareEqual(operands(eq, place), place.moment);
  if (gt !== undefined) return compareOrder(operands(gt, place), place.moment, (order) => order > 0);
  if (lt !== undefined) return compareOrder(operands(lt, place), place.moment, (order) => order < 0);
  if (exists !== undefined) {
    const read = compileSelector(exists, place);
    return (facts) => read(facts) !== undefined;
  }
  if (all !== undefined) return everyOf(inner(all, place));
  if (any !== undefined) return someOf(inner(any, place));
  const negated = compile(not, place);
  return (facts) => opposite(negated(facts));
}

function inner(conditions: unknown, place: ConditionPlace): Judge[] {
  return (conditions as readonly unknown[]).map((condition) => compile(condition, place));
}

function operands(pair: unknown, place: ConditionPlace): readonly [ReadValue, ReadValue] {
  const [left, right] = pair as readonly [unknown, unknown];
  return [operand(left, place), operand(right, place)];
}

function operand(value: unknown, place: ConditionPlace): ReadValue {
  const isSelector = typeof value === "object" && value !== null && !Array.isArray(value);
  return isSelector ? compileSelector(value, place) : () => value as AttributeValue;
}

function compareEqual([left, right]: readonly [ReadValue, ReadValue], moment: StageMoment): Judge {
  return (facts) => {
    const [a, b] = [left(facts), right(facts)];
    if (moment === "request" && (a === undefined || b === undefined)) return undefined;
    return Bun.deepEquals(a, b, true);
  };
}

function compareOrder(
  [left, right]: readonly [ReadValue, ReadValue],
  moment: StageMoment,
  isTrue: (order: number) => boolean,
): Judge {
  return (facts) => {
    const [a, b] = [left(facts), right(facts)];
    if (a === undefined || b === undefined) return moment === "request" ? undefined : false;
    if (typeof a !== typeof b) return false;
    return isTrue(a < b ? -1 : a > b ? 1 : 0);
  };
}

function everyOf(judges: readonly Judge[]): Judge {
  return (facts) => {
    const verdicts = judges.map((judge) => judge(facts));
    return verdicts.includes(undefined) ? undefined : verdicts.every(Boolean);
  };
}

function someOf(judges: readonly Judge[]): Judge {
  return (facts) => {
    const verdicts = judges.map((judge) => judge(facts));
    return verdicts.includes(undefined) ? undefined : verdicts.some(Boolean);
  };
}

function opposite(verdict: Verdict): Verdict {
  return verdict === undefined ? undefined : !verdict;
}
