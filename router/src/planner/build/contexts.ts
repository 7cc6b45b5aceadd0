import type { SchemaView } from "../graph/schema-view.ts";
import type { BoundArgument, SelectedField, SelectionNode } from "../normalize/selection.ts";
import type { ContextRewrite } from "../plan.ts";
import type { ContextVariable, FetchGroup } from "./fetch-group.ts";
import type { NameScope } from "./name-scope.ts";
import type { ContextAtHand, Place } from "./place.ts";

/** The context as fields below the place find it: `levels` up from theirs. */
export function contextKey(depth: number, need: SelectionNode): string {
  return `${depth}:${need.id}`;
}

export function contextFor({ position, contexts }: Place, { levels, need }: BoundArgument): ContextAtHand {
  const context = contexts.get(contextKey(position.depth - levels, need));
  if (context === undefined) throw new Error("a contextual argument has no context");
  return context;
}

/** The field with the arguments that the client does not give. */
export function withContextArguments(field: SelectedField, bound: readonly BoundArgument[]): SelectedField {
  const given = field.argumentsText === "" ? [] : [field.argumentsText.slice(1, -1)];
  const contextual = bound.map(({ argument, variable }) => `${argument}:$${variable}`);
  return { ...field, argumentsText: `(${[...given, ...contextual].join(",")})` };
}

/** What the values of contextual arguments come with. */
export function contextGroups(place: Place, bound: readonly BoundArgument[]): Set<FetchGroup> {
  return new Set(bound.flatMap((argument) => [...contextFor(place, argument).groups]));
}

/** The fetch gets its contextual variables. */
export function addContexts(
  view: SchemaView,
  group: FetchGroup,
  place: Place,
  bound: readonly BoundArgument[],
): void {
  for (const argument of bound) {
    const context = contextFor(place, argument);
    group.contexts.set(argument.variable, contextVariable(view, group, argument, context));
  }
}

function contextVariable(
  view: SchemaView,
  group: FetchGroup,
  { value, variable: name, typeText }: BoundArgument,
  { position }: ContextAtHand,
): ContextVariable {
  const up = Array.from(
    { length: group.position.depth - position.depth },
    () => ({ kind: "parent" }) as const,
  );
  const paths = view.isRoot(value.type)
    ? pathsWithin(view, value, position.names)
    : value.fields.flatMap((field) => pathsTo(view, field, position.names));
  return { typeText, rewrites: paths.map((path) => ({ kind: "renameKey", path: [...up, ...path], name })) };
}

type Path = ContextRewrite["path"];

function pathsWithin(view: SchemaView, selection: SelectionNode, names: NameScope): Path[] {
  return selection.fields.flatMap((field) =>
    field.onType === selection.type ? pathsFrom(view, field, names) : pathsTo(view, field, names),
  );
}

/** One for each type of object that has the field. */
function pathsTo(view: SchemaView, field: SelectedField, names: NameScope): Path[] {
  return [...view.possible(field.onType)].flatMap((type) =>
    pathsFrom(view, field, names).map((path): Path => [{ kind: "type", names: [type] }, ...path]),
  );
}

function pathsFrom(view: SchemaView, field: SelectedField, names: NameScope): Path[] {
  const name = names.internalKey(field);
  if (field.selection === undefined) return [[{ kind: "key", name }]];
  return pathsWithin(view, field.selection, names.child(name)).map((path) => [
    { kind: "key", name },
    ...path,
  ]);
}

/** One variable has one meaning in a fetch. */
export function canShareContexts(group: FetchGroup, contexts: ReadonlyMap<string, ContextVariable>): boolean {
  return [...contexts].every(([variable, { rewrites }]) => {
    const known = group.contexts.get(variable);
    return known === undefined || JSON.stringify(known.rewrites) === JSON.stringify(rewrites);
  });
}

/** The entity fetch can take the values as it is: it starts no higher than the objects that have them, and after them. */
export function canTakeContexts(group: FetchGroup, place: Place, bound: readonly BoundArgument[]): boolean {
  return (
    group.isEntity &&
    group.part === place.part &&
    bound.every((argument) => {
      const { position, groups } = contextFor(place, argument);
      const isBelow = group.position.depth >= position.depth;
      return isBelow && ![...groups].some((before) => before === group || before.isAfter(group));
    })
  );
}
