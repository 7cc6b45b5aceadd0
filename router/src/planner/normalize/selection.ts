/**
 * A selection set over the supergraph's types: fragments expanded, fields merged by response key. Equal sets
 * are one object, so an operation that repeats itself stays small and can be compared by identity.
 */
export interface SelectionNode {
  id: number;
  /** The type of the place this set is selected on: an object, an interface or a union. */
  type: string;
  fields: readonly SelectedField[];
  /** Two fields here or below may write to one response key on different object types. */
  hasSharedKeys: boolean;
  /** Something here or below is deferred. */
  hasDeferrals: boolean;
  /** What is to be known of the objects here for contextual arguments of fields below. */
  contexts: readonly SelectionNode[];
}

export interface SelectedField {
  /** The type the field is selected on: the set's type, or what a fragment narrowed it to. */
  onType: string;
  name: string;
  responseKey: string;
  /** Printed with parentheses, or empty. */
  argumentsText: string;
  /** Directives other than @skip, @include and @defer, printed. */
  directivesText: string;
  /** Variables that the arguments and directives use. */
  variables: readonly string[];
  conditions: readonly BooleanCondition[];
  /** The innermost `@defer` that it stands under within its selection set. */
  deferral: Deferral | undefined;
  /** Where arguments come from that the client does not give. */
  context: ContextBinding | undefined;
  /** How many lists its answer is wrapped in. */
  listDepth: number;
  selection: SelectionNode | undefined;
}

/** For each subgraph and object type that wants contextual arguments, as far as the objects above have them. */
export interface ContextBinding {
  /** Equal for equal bindings. */
  key: string;
  /** By subgraph and type. */
  arguments: ReadonlyMap<string, readonly BoundArgument[]>;
}

export interface BoundArgument {
  argument: string;
  typeText: string;
  variable: string;
  /** How many fields up the object stands that has the value. */
  levels: number;
  /** The value, as it is selected on that object. */
  value: SelectionNode;
  /** The same among `contexts` of the selection up there. */
  need: SelectionNode;
}

/** A `@defer` in force, as seen from the selection set that it stands in. */
export interface Deferral {
  /** Equal for equal deferrals of one operation. */
  key: string;
  label: string | undefined;
  /** The `@defer` around it in the same selection set. */
  outer: Deferral | undefined;
}

export interface BooleanCondition {
  variable: string;
  /** True for @include, false for @skip. */
  includes: boolean;
}

/** Makes equal selection sets one object. */
export class SelectionInterner {
  readonly #nodes = new Map<string, SelectionNode>();
  #nextId: number;

  constructor(firstId = 1) {
    this.#nextId = firstId;
  }

  intern(
    type: string,
    fields: readonly SelectedField[],
    contexts: readonly SelectionNode[] = [],
  ): SelectionNode {
    const needs = contexts.length === 0 ? "" : `$${contexts.map(({ id }) => id).join()}`;
    let key = `${type}{`;
    for (const field of fields) key += `${fieldKey(field)} `;
    key += needs;
    let node = this.#nodes.get(key);
    if (node === undefined) {
      node = {
        id: this.#nextId++,
        type,
        fields,
        hasSharedKeys: hasSharedKeys(fields),
        contexts,
        hasDeferrals: fields.some((field) => field.deferral ?? field.selection?.hasDeferrals),
      };
      this.#nodes.set(key, node);
    }
    return node;
  }

  get size(): number {
    return this.#nodes.size;
  }
}

function fieldKey(field: SelectedField): string {
  const child = field.selection === undefined ? "" : `#${field.selection.id}`;
  return `${field.onType}.${field.responseKey}:${fieldSignature(field)}${conditionsKey(field.conditions)}${deferralKey(field)}${field.context?.key ?? ""}${child}`;
}

export function deferralKey({ deferral }: Pick<SelectedField, "deferral">): string {
  return deferral === undefined ? "" : `^${deferral.key}`;
}

/** The key under which subgraphs are asked for it: an object's type has its own name, whatever the client's. */
export function fetchedKey(field: SelectedField): string {
  return field.name === "__typename" ? field.name : field.responseKey;
}

/** Equal for two fields that give the same value on one object. */
export function fieldSignature(field: SelectedField): string {
  return `${field.name}${field.argumentsText}${field.directivesText}`;
}

export function conditionsKey(conditions: readonly BooleanCondition[]): string {
  let key = "";
  for (const condition of conditions) key += `${condition.includes ? "?" : "!"}${condition.variable}`;
  return key;
}

function hasSharedKeys(fields: readonly SelectedField[]): boolean {
  const seen = new Set<string>();
  for (const field of fields) {
    if (field.selection?.hasSharedKeys) return true;
    if (seen.has(field.responseKey)) return true;
    seen.add(field.responseKey);
  }
  return false;
}

export function typenameField(type: string): SelectedField {
  return {
    onType: type,
    name: "__typename",
    responseKey: "__typename",
    argumentsText: "",
    directivesText: "",
    variables: [],
    conditions: [],
    deferral: undefined,
    context: undefined,
    listDepth: 0,
    selection: undefined,
  };
}
