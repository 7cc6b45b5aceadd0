import type { DirectiveNode } from "graphql";
import type { JsonObject } from "../json.ts";

/** When a selection counts: `@skip` and `@include` over the request's variables. */
export type Condition =
  | { kind: "always" }
  | { kind: "never" }
  | { kind: "variable"; name: string; is: boolean }
  | { kind: "all"; of: readonly Condition[] }
  | { kind: "any"; of: readonly Condition[] };

export const always: Condition = { kind: "always" };
const never: Condition = { kind: "never" };

export function isAlways(condition: Condition): boolean {
  return condition.kind === "always";
}

export function readCondition(directives: readonly DirectiveNode[] | undefined): Condition {
  if (!directives || directives.length === 0) return always;
  return allOf(
    directives.flatMap((directive): Condition[] => {
      const name = directive.name.value;
      if (name !== "skip" && name !== "include") return [];
      const wanted = name === "include";
      const value = directive.arguments?.find((argument) => argument.name.value === "if")?.value;
      if (value?.kind === "Variable") return [{ kind: "variable", name: value.name.value, is: wanted }];
      return [value?.kind === "BooleanValue" && value.value === wanted ? always : never];
    }),
  );
}

export function allOf(conditions: readonly Condition[]): Condition {
  const relevant = conditions.filter((condition) => condition.kind !== "always");
  if (relevant.some((condition) => condition.kind === "never")) return never;
  return relevant.length > 1 ? { kind: "all", of: relevant } : (relevant[0] ?? always);
}

export function anyOf(conditions: readonly Condition[]): Condition {
  const relevant = conditions.filter((condition) => condition.kind !== "never");
  if (relevant.some((condition) => condition.kind === "always")) return always;
  return relevant.length > 1 ? { kind: "any", of: relevant } : (relevant[0] ?? never);
}

export function holds(condition: Condition, variables: JsonObject): boolean {
  switch (condition.kind) {
    case "always":
      return true;
    case "never":
      return false;
    case "variable":
      return (variables[condition.name] === true) === condition.is;
    case "all":
      return condition.of.every((each) => holds(each, variables));
    case "any":
      return condition.of.some((each) => holds(each, variables));
  }
}
