import type { FieldOption, LocalField, SchemaView } from "../graph/schema-view.ts";
import type { SelectedField } from "../normalize/selection.ts";
import type { Arrival } from "./arrival.ts";
import { availableField, directType } from "./availability.ts";
import type { Item, LocalSource } from "./solution.ts";

/** What an arrival can do for every field of a type with one name: an item without the field. */
type Expansion = Omit<Item, "field">;

/** Expansions kept for one view of a supergraph; there are about as many as its subgraphs have fields. */
const expansionsMax = 100_000;

interface KnownExpansions {
  count: number;
  byArrival: Map<Arrival, Map<string, readonly Expansion[]>>;
}

const knownByView = new WeakMap<SchemaView, KnownExpansions>();

/** What the arrivals can do for a field. Several items when object types differ; none when no object can have it. */
export function expandField(
  view: SchemaView,
  field: SelectedField,
  arrivals: readonly Arrival[],
  canReach: CanReach = () => true,
): readonly Item[] {
  if (arrivals.length === 0) return [atRoot(view, field)];
  if (arrivals.length === 1)
    return expansionsAt(view, field, arrivals[0]!).map((found) => itemOf(field, found));
  const expansions = arrivals.map((arrival, index) =>
    expansionsAt(view, field, arrival).map((found) => itemOf(field, found, index)),
  );
  const possible = expansions.filter((items) => items.length > 0);
  if (possible.length === 0) return [];
  const whole = possible.filter((items) => items.length === 1 && items[0]!.local.length > 0);
  if (whole.length > 0) {
    const [first] = whole[0]!;
    return [{ ...first!, local: whole.flatMap(([item]) => item!.local) }];
  }
  const best = possible.reduce((least, items) => (missing(items) < missing(least) ? items : least));
  const from = arrivals[expansions.indexOf(best)]!;
  return best.map((item) =>
    item.local.length > 0 ? item : { ...item, options: reachable(item, from, canReach) },
  );
}

export type CanReach = (asked: string, from: Arrival, subgraph: number) => boolean;

/** An object that several arrivals may give is followed up from one of them. */
function reachable(item: Item, from: Arrival, canReach: CanReach): readonly FieldOption[] {
  return item.options.filter(({ subgraph }) => item.asked.every((asked) => canReach(asked, from, subgraph)));
}

function missing(items: readonly Item[]): number {
  let count = 0;
  for (const item of items) if (item.local.length === 0) count += item.asked.length;
  return count;
}

function atRoot(view: SchemaView, field: SelectedField): Item {
  return {
    field,
    types: undefined,
    asked: [field.onType],
    local: [],
    options: view.options(field.onType, field.name),
  };
}

function itemOf(field: SelectedField, { types, asked, local, options }: Expansion, index = 0): Item {
  const moved = index === 0 ? local : local.map((source) => ({ ...source, arrival: index }));
  return { field, types, asked, local: moved, options };
}

type AskedField = Pick<SelectedField, "onType" | "name">;

/** Where the arrival itself answers the field, for the first of the objects that it answers it for. */
export function sourceAt(view: SchemaView, field: AskedField, arrival: Arrival): LocalSource | undefined {
  return expansionsAt(view, field, arrival)[0]?.local[0];
}

export function expansionsAt(
  view: SchemaView,
  { onType, name }: AskedField,
  arrival: Arrival,
): readonly Expansion[] {
  const known = knownAt(view, arrival);
  const key = onType === arrival.type ? name : `${onType}.${name}`;
  let found = known.get(key);
  if (found === undefined) {
    found = expandAt(view, { onType, name }, arrival);
    known.set(key, found);
    knownByView.get(view)!.count++;
  }
  return found;
}

function knownAt(view: SchemaView, arrival: Arrival): Map<string, readonly Expansion[]> {
  let all = knownByView.get(view);
  if (all === undefined || all.count >= expansionsMax) {
    all = { count: 0, byArrival: new Map() };
    knownByView.set(view, all);
  }
  let known = all.byArrival.get(arrival);
  if (known === undefined) {
    known = new Map();
    all.byArrival.set(arrival, known);
  }
  return known;
}

function expandAt(view: SchemaView, field: AskedField, arrival: Arrival): readonly Expansion[] {
  const { subgraph, type } = arrival;
  if (view.isInterfaceObject(subgraph, type)) return expandAtInterfaceObject(view, field, arrival);
  const objects = expectedObjects(view, arrival);
  const wanted = view.possible(field.onType);
  const matching = objects.filter((object) => wanted.has(object));
  if (matching.length === 0) {
    const knowsNone = view.possibleIn(subgraph, type).length === 0;
    return knowsNone ? [noObjects(view, field, arrival)] : [];
  }
  const types = matching.length === objects.length ? undefined : matching;
  if (field.name === "__typename") {
    return [
      {
        types,
        asked: matching,
        local: [{ arrival: 0, field: undefined, on: undefined }],
        options: [],
      },
    ];
  }
  const direct = expandDirectly(view, field, arrival, matching, types === undefined);
  if (direct !== undefined) {
    const local = [{ arrival: 0, field: direct.field, on: direct.on }];
    const options = matching.length === 1 ? view.options(matching[0]!, field.name) : [];
    return [{ types, asked: matching, local, options }];
  }
  return expandByObject(view, field, arrival, { objects, matching });
}

function expectedObjects(view: SchemaView, { subgraph, type, rivals }: Arrival): readonly string[] {
  let objects = view.possibleIn(subgraph, type);
  for (const rival of rivals) {
    if (view.isInterfaceObject(rival.subgraph, rival.type)) continue;
    const others = view.possibleIn(rival.subgraph, rival.type);
    objects = objects.filter((object) => others.includes(object));
  }
  return objects;
}

/** The subgraph knows the abstract type but no object of it: only what it has on the type itself can be asked. */
function noObjects(view: SchemaView, field: AskedField, arrival: Arrival): Expansion {
  const own = availableField(view, arrival, arrival.type, field.name);
  const isTypename = field.name === "__typename";
  const local = own === undefined && !isTypename ? [] : [{ arrival: 0, field: own, on: undefined }];
  return { types: undefined, asked: [], local, options: [] };
}

function expandDirectly(
  view: SchemaView,
  field: AskedField,
  arrival: Arrival,
  matching: readonly string[],
  all: boolean,
): { field: LocalField; on: readonly string[] | undefined } | undefined {
  if (all) {
    const own = directType(view, arrival, arrival.type, matching, field.name);
    if (own !== undefined) return { field: own, on: undefined };
  }
  if (field.onType === arrival.type || view.typeIn(arrival.subgraph, field.onType) === undefined)
    return undefined;
  if (view.isInterfaceObject(arrival.subgraph, field.onType)) return undefined;
  const known = view.possibleIn(arrival.subgraph, field.onType);
  if (!matching.every((object) => known.includes(object))) return undefined;
  const narrowed = directType(view, arrival, field.onType, matching, field.name);
  return narrowed === undefined ? undefined : { field: narrowed, on: [field.onType] };
}

function expandByObject(
  view: SchemaView,
  field: AskedField,
  arrival: Arrival,
  { objects, matching }: { objects: readonly string[]; matching: readonly string[] },
): readonly Expansion[] {
  const groups = new Map<
    string,
    { types: string[]; local: LocalField | undefined; options: readonly FieldOption[] }
  >();
  for (const object of matching) {
    const local = availableField(view, arrival, object, field.name);
    const options = view.options(object, field.name);
    const key =
      local === undefined ? optionsKey(object, options) : `${local.namedType} ${local.provides?.id}`;
    const group = groups.get(key);
    if (group === undefined) groups.set(key, { types: [object], local, options });
    else group.types.push(object);
  }
  return [...groups.values()].map(({ types, local, options }) => ({
    types: types.length === objects.length ? undefined : types,
    asked: types,
    local:
      local === undefined
        ? []
        : [{ arrival: 0, field: local, on: view.isAbstract(arrival.type) ? types : undefined }],
    options: local === undefined || types.length === 1 ? options : [],
  }));
}

function optionsKey(object: string, options: readonly FieldOption[]): string {
  let key = "?";
  for (const { subgraph, entry, field } of options) {
    const requires = field.requires === undefined ? "" : "requires";
    const context = field.context.map(({ variable }) => variable).join();
    key += `${subgraph} ${entry === object ? "" : entry} ${field.namedType} ${requires} ${context} ${field.provides?.id};`;
  }
  return key;
}

/** The subgraph knows one object type in place of the interface, so the real types are unknown here. */
function expandAtInterfaceObject(
  view: SchemaView,
  field: AskedField,
  arrival: Arrival,
): readonly Expansion[] {
  const isWhole =
    field.onType === arrival.type ||
    view.objectOrInterface(arrival.type)?.interfaces.includes(field.onType) === true;
  const local = availableField(view, arrival, arrival.type, field.name);
  return [
    {
      types: isWhole ? undefined : [...view.possible(field.onType)],
      asked: [arrival.type],
      local: local === undefined ? [] : [{ arrival: 0, field: local, on: undefined }],
      options: isWhole ? view.options(arrival.type, field.name) : [],
    },
  ];
}
