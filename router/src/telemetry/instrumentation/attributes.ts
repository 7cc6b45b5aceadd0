import type { MaybeValue } from "../metrics/instrument.ts";
import type { AttributeOptions, RequirementLevel } from "../telemetry-options.ts";
import { compileCondition } from "./condition.ts";
import type { FetchFacts, Level, ReadValue, RequestFacts } from "./facts.ts";
import { compileSelector, type Surroundings } from "./read-selector.ts";
import { defaultAttributes, standardAttributes } from "./standard-attributes.ts";
import { UnsupportedTelemetry } from "./unsupported.ts";

export interface CompiledAttributes {
  readonly names: readonly string[];
  /** In the order of `names`. */
  read(facts: RequestFacts, fetch?: FetchFacts): MaybeValue[];
}

export interface AttributeScope {
  level: Level;
  signal: "spans" | "metrics";
  requirement: RequirementLevel;
  surroundings: Surroundings;
}

/** The defaults of a level with what the configuration adds, renames or takes away. */
export function compileAttributes(options: AttributeOptions, scope: AttributeScope): CompiledAttributes {
  const { level, signal, requirement, surroundings } = scope;
  const known = standardAttributes[level];
  const readers = new Map<string, ReadValue>();
  for (const name of defaultAttributes(level, requirement, signal)) readers.set(name, known[name]!);
  for (const [name, option] of Object.entries(options)) {
    if (option === undefined) continue;
    if (isStandardOption(option)) {
      readers.delete(name);
      if (option === false) continue;
      const read = known[name];
      if (!read) throw new UnsupportedTelemetry(`the attribute "${name}" of ${level}`);
      readers.set(option === true ? name : option.alias, read);
    } else {
      readers.set(name, compileConditionalSelector(level, option, surroundings));
    }
  }
  const reads = [...readers.values()];
  return { names: [...readers.keys()], read: (facts, fetch) => reads.map((read) => read(facts, fetch)) };
}

function isStandardOption(option: unknown): option is boolean | { alias: string } {
  return typeof option === "boolean" || (typeof option === "object" && option !== null && "alias" in option);
}

function compileConditionalSelector(level: Level, option: unknown, surroundings: Surroundings): ReadValue {
  const read = compileSelector(level, option, surroundings);
  const condition =
    typeof option === "object" && option !== null && "condition" in option ? option.condition : undefined;
  if (condition === undefined) return read;
  const holds = compileCondition(level, condition, surroundings);
  return (facts, fetch) => (holds(facts, fetch) ? read(facts, fetch) : undefined);
}
