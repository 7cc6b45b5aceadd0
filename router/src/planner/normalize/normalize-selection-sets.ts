import {
  type SelectionNode as AstSelection,
  type DirectiveNode,
  type FieldNode,
  type FragmentDefinitionNode,
  Kind,
  print,
  type SelectionSetNode,
  visit,
} from "graphql";
import { PlanningError, PlanTooLargeError } from "../planner.ts";
import { ConditionVariables } from "./condition-variables.ts";
import type { Deferrals } from "./deferrals.ts";
import {
  type BooleanCondition,
  conditionsKey,
  type Deferral,
  deferralKey,
  type SelectedField,
  type SelectionInterner,
  type SelectionNode,
} from "./selection.ts";

/** Selections visited for one operation. A fragment that is shared counts once for each type it is spread on. */
const visitedSelectionsMax = 200_000;

/** What normalizing must know of the supergraph's types. */
export interface TypeKnowledge {
  readonly mutationType: string | undefined;
  fieldModel(type: string, name: string): { namedType: string; listDepth: number } | undefined;
  narrow(position: string, current: string, condition: string): readonly string[];
}

export interface NormalizingContext {
  view: TypeKnowledge;
  fragments: ReadonlyMap<string, FragmentDefinitionNode>;
  interner: SelectionInterner;
  /** Which `@defer` are in force; none where undefined. */
  deferrals?: Deferrals | undefined;
}

export function normalizeSelectionSets(
  context: NormalizingContext,
  type: string,
  sets: readonly SelectionSetNode[],
): SelectionNode {
  return new Normalizer(context).normalize(type, sets);
}

/** A field as collected, its sub-selections not yet merged. */
interface CollectedField {
  onType: string;
  node: FieldNode;
  conditions: readonly BooleanCondition[];
  deferral: Deferral | undefined;
  sets: SelectionSetNode[];
}

interface Scope {
  /** The type of the whole set. */
  position: string;
  type: string;
  conditions: readonly BooleanCondition[];
  /** What holds wherever the set stands, as far as its own conditions ask for it. */
  given: readonly BooleanCondition[];
  deferral: Deferral | undefined;
  spreading: readonly string[];
}

class Normalizer {
  readonly #context: NormalizingContext;
  readonly #done = new Map<string, SelectionNode>();
  readonly #setIds = new Map<SelectionSetNode, number>();
  readonly #variables: ConditionVariables;
  #visited = 0;

  constructor(context: NormalizingContext) {
    this.#context = context;
    this.#variables = new ConditionVariables(context.fragments);
  }

  normalize(
    type: string,
    sets: readonly SelectionSetNode[],
    around: readonly BooleanCondition[] = none,
  ): SelectionNode {
    const given = around.length === 0 ? around : this.#variables.among(around, sets);
    const key = `${type}:${sets.map((set) => this.#setId(set)).join(",")}${conditionsKey(given)}`;
    let node = this.#done.get(key);
    if (node === undefined) {
      node = this.#normalize(type, sets, given);
      this.#done.set(key, node);
    }
    return node;
  }

  #normalize(
    type: string,
    sets: readonly SelectionSetNode[],
    given: readonly BooleanCondition[],
  ): SelectionNode {
    const collected = new Map<string, CollectedField>();
    const scope: Scope = { position: type, type, conditions: [], given, deferral: undefined, spreading: [] };
    for (const set of sets) this.#collect(set.selections, scope, collected);
    // The order in which a mutation's fields run depends on their conditions, which are settled later: none may go.
    const isMutation = type === this.#context.view.mutationType;
    const fields = [...collected.values()].map((field) =>
      this.#finishField(field, isMutation ? none : bothOf(given, field.conditions)),
    );
    return this.#context.interner.intern(type, isMutation ? fields : withoutCovered(type, fields));
  }

  #collect(selections: readonly AstSelection[], scope: Scope, into: Map<string, CollectedField>): void {
    for (const selection of selections) {
      if (++this.#visited > visitedSelectionsMax)
        throw new PlanTooLargeError("The operation selects too much.");
      const { directives } = selection;
      const conditions = directives?.length ? addConditions(scope, directives) : scope.conditions;
      if (conditions === "never") continue;
      const inner = conditions === scope.conditions ? scope : { ...scope, conditions };
      if (selection.kind === Kind.FIELD) this.#collectField(selection, inner, into);
      else this.#collectFragment(selection, inner, into);
    }
  }

  #collectField(node: FieldNode, scope: Scope, into: Map<string, CollectedField>): void {
    const responseKey = (node.alias ?? node.name).value;
    const { type: onType, conditions, deferral } = scope;
    const key = `${onType}.${responseKey}${conditionsKey(conditions)}${deferralKey(scope)}`;
    const known = into.get(key);
    const set = node.selectionSet;
    if (known === undefined) into.set(key, { onType, node, conditions, deferral, sets: set ? [set] : [] });
    else if (set !== undefined && !known.sets.includes(set)) known.sets.push(set);
  }

  #collectFragment(
    selection: Exclude<AstSelection, FieldNode>,
    scope: Scope,
    into: Map<string, CollectedField>,
  ): void {
    let fragment: { typeCondition?: { name: { value: string } } | undefined; selectionSet: SelectionSetNode };
    let spreading = scope.spreading;
    if (selection.kind === Kind.FRAGMENT_SPREAD) {
      const name = selection.name.value;
      const definition = this.#context.fragments.get(name);
      if (definition === undefined) throw new PlanningError(`Unknown fragment "${name}".`);
      if (spreading.includes(name)) throw new PlanningError(`Fragment "${name}" spreads itself.`);
      spreading = [...spreading, name];
      fragment = definition;
    } else {
      fragment = selection;
    }
    const condition = fragment.typeCondition?.name.value ?? scope.type;
    const deferral = this.#deferralUnder(scope, selection.directives ?? []);
    for (const type of this.#context.view.narrow(scope.position, scope.type, condition)) {
      this.#collect(fragment.selectionSet.selections, { ...scope, type, deferral, spreading }, into);
    }
  }

  /** The fields of a mutation run in their order: none of them waits, whatever is deferred below. */
  #deferralUnder({ position, deferral }: Scope, directives: readonly DirectiveNode[]): Deferral | undefined {
    const { deferrals, view } = this.#context;
    if (deferrals === undefined || position === view.mutationType) return deferral;
    return deferrals.under(deferral, directives);
  }

  #finishField(
    { onType, node, conditions, deferral, sets }: CollectedField,
    holding: readonly BooleanCondition[],
  ): SelectedField {
    const { view } = this.#context;
    const model = view.fieldModel(onType, node.name.value);
    const argumentsText = node.arguments?.length ? `(${node.arguments.map(printCompact).join(",")})` : "";
    const kept = node.directives?.length ? node.directives.filter(isPassedOn) : none;
    const directivesText = kept.map((directive) => ` ${print(directive)}`).join("");
    return {
      onType,
      name: node.name.value,
      responseKey: (node.alias ?? node.name).value,
      argumentsText,
      directivesText,
      variables: argumentsText.includes("$") || directivesText.includes("$") ? variablesOf(node, kept) : [],
      conditions,
      deferral,
      context: undefined,
      listDepth: model?.listDepth ?? 0,
      selection:
        model === undefined || sets.length === 0 ? undefined : this.normalize(model.namedType, sets, holding),
    };
  }

  #setId(set: SelectionSetNode): number {
    let id = this.#setIds.get(set);
    if (id === undefined) {
      id = this.#setIds.size;
      this.#setIds.set(set, id);
    }
    return id;
  }
}

const none: readonly never[] = [];

function bothOf<Item>(some: readonly Item[], more: readonly Item[]): readonly Item[] {
  if (some.length === 0) return more;
  return more.length === 0 ? some : [...some, ...more];
}

/** Leaves out what an unconditional field on the whole type selects already. */
function withoutCovered(type: string, fields: SelectedField[]): SelectedField[] {
  const isCertain = (field: SelectedField): boolean =>
    field.onType === type && field.conditions.length === 0 && field.deferral === undefined;
  if (fields.every(isCertain)) return fields;
  const covering = new Map<string, SelectedField>();
  for (const field of fields) if (isCertain(field)) covering.set(field.responseKey, field);
  return fields.filter((field) => {
    if (field.deferral !== undefined) return true;
    const cover = covering.get(field.responseKey);
    return cover === undefined || cover === field || cover.selection !== field.selection;
  });
}

function printCompact(node: Parameters<typeof print>[0]): string {
  return print(node).replace(": ", ":");
}

const plannedDirectives: ReadonlySet<string> = new Set(["skip", "include", "defer"]);

function isPassedOn(directive: DirectiveNode): boolean {
  return !plannedDirectives.has(directive.name.value);
}

function variablesOf(node: FieldNode, directives: readonly DirectiveNode[]): string[] {
  const names = new Set<string>();
  const collect = {
    Variable: (variable: { name: { value: string } }) => void names.add(variable.name.value),
  };
  for (const argument of node.arguments ?? []) visit(argument, collect);
  for (const directive of directives) visit(directive, collect);
  return [...names];
}

/** The conditions that hold inside, or `never` when a literal or a contradiction rules the selection out. */
function addConditions(
  { conditions: outer, given }: Scope,
  directives: readonly DirectiveNode[],
): readonly BooleanCondition[] | "never" {
  let conditions = outer;
  for (const directive of directives) {
    const includes = directive.name.value === "include";
    if (!includes && directive.name.value !== "skip") continue;
    const value = directive.arguments?.find((argument) => argument.name.value === "if")?.value;
    if (value?.kind === Kind.BOOLEAN) {
      if (value.value !== includes) return "never";
    } else if (value?.kind === Kind.VARIABLE) {
      const name = value.name.value;
      const isSame = ({ variable }: BooleanCondition): boolean => variable === name;
      const same = conditions.find(isSame) ?? given.find(isSame);
      if (same !== undefined && same.includes !== includes) return "never";
      if (same === undefined) conditions = sorted([...conditions, { variable: name, includes }]);
    }
  }
  return conditions;
}

function sorted(conditions: BooleanCondition[]): BooleanCondition[] {
  return conditions.sort((left, right) => (left.variable < right.variable ? -1 : 1));
}
