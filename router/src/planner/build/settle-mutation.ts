import { groupBy } from "../group-by.ts";
import { conditionsKey, type SelectedField } from "../normalize/selection.ts";

/**
 * A mutation's field runs once however often it is selected. Where its selections stand under unlike conditions,
 * when it runs depends on a variable: answers that variable, for the plan to branch on.
 */
export function undecidedVariable(fields: readonly SelectedField[]): string | undefined {
  const byKey = groupBy(fields, (field) => field.responseKey);
  for (const alike of byKey.values()) {
    const [first] = alike;
    const unlike = alike.find(
      (field) => conditionsKey(field.conditions) !== conditionsKey(first!.conditions),
    );
    const conditional = unlike && [first!, unlike].find((field) => field.conditions.length > 0);
    if (conditional !== undefined) return conditional.conditions[0]!.variable;
  }
  return undefined;
}

/** The fields that are left once the variable is known. */
export function assumeVariable(
  fields: readonly SelectedField[],
  variable: string,
  value: boolean,
): readonly SelectedField[] {
  return fields.flatMap((field) => {
    const condition = field.conditions.find((each) => each.variable === variable);
    if (condition === undefined) return [field];
    if (condition.includes !== value) return [];
    return [{ ...field, conditions: field.conditions.filter((each) => each !== condition) }];
  });
}

/** The fields that are left where all variables are true that have a say in their order. */
export function assumeAllTrue(fields: readonly SelectedField[]): readonly SelectedField[] {
  const variable = undecidedVariable(fields);
  return variable === undefined ? fields : assumeAllTrue(assumeVariable(fields, variable, true));
}

/** All selections of one field stand where the first of them does. */
export function gatherByKey(fields: readonly SelectedField[]): SelectedField[] {
  return [...groupBy(fields, (field) => field.responseKey).values()].flat();
}
