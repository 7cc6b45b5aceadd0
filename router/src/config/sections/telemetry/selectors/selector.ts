import { closedNames, lazy, list, object, oneOf, union } from "../../../schema/compound.ts";
import { text } from "../../../schema/scalar.ts";
import type { Fields, Schema, VerbatimValue } from "../../../schema/schema.ts";
import { attributeValue } from "../shared.ts";

/** Where a value is taken from: each selector is a mapping that one of its keys gives away. Keys stay as they are. */
export function selectorOf<const Kinds extends readonly Fields[]>(
  definition: string,
  kinds: Kinds,
): Schema<SelectorValue<Kinds[number]>, ""> {
  return union(...kinds.map((fields) => closedNames(fields))).named(definition) as Schema<
    SelectorValue<Kinds[number]>,
    ""
  >;
}

/** As above, or a fixed text in the older short form. */
export function selectorOrTextOf<const Kinds extends readonly Fields[]>(definition: string, kinds: Kinds) {
  return union(selectorOf(`${definition}Mapping`, kinds), text()).named(definition);
}

/** Each kind of selector with a `condition` beside it. */
export function withCondition<const Kinds extends readonly Fields[], Selector>(
  kinds: Kinds,
  condition: Schema<Selector>,
): { readonly [Index in keyof Kinds]: Kinds[Index] & { condition: Schema<Selector | undefined> } } {
  const conditional = kinds.map((fields) => ({ ...fields, condition: condition.omittable() }));
  return conditional as unknown as ReturnType<typeof withCondition<Kinds, Selector>>;
}

export type SelectorValue<Kind> = Kind extends Fields ? VerbatimValue<Kind> : never;

type AttributeValue = typeof attributeValue.value;

export type Condition<Selector> =
  | { readonly eq: readonly (AttributeValue | Selector)[] }
  | { readonly gt: readonly (AttributeValue | Selector)[] }
  | { readonly lt: readonly (AttributeValue | Selector)[] }
  | { readonly exists: Selector }
  | { readonly all: readonly Condition<Selector>[] }
  | { readonly any: readonly Condition<Selector>[] }
  | { readonly not: Condition<Selector> }
  | "true"
  | "false";

export function conditionOf<Selector>(
  definition: string,
  selector: Schema<Selector>,
): Schema<Condition<Selector>, ""> {
  const pair = list(union(attributeValue, selector), { itemsMin: 2, itemsMax: 2 });
  const inner = lazy<Condition<Selector>>(() => condition);
  const condition: Schema<Condition<Selector>, ""> = union(
    object({ eq: pair }),
    object({ gt: pair }),
    object({ lt: pair }),
    object({ exists: selector }),
    object({ all: list(inner) }),
    object({ any: list(inner) }),
    object({ not: inner }),
    oneOf("true", "false"),
  ).named(definition) as Schema<Condition<Selector>, "">;
  return condition;
}
