import type { SchemaView } from "../graph/schema-view.ts";
import { type BooleanCondition, fetchedKey, type SelectedField } from "../normalize/selection.ts";
import { childArrival } from "../search/availability.ts";
import { sourceAt } from "../search/expand-field.ts";
import { withoutConditions } from "./conditions.ts";
import type { SelectionTree, TreeField, WholeSelection } from "./selection-tree.ts";

/** A repeated selection shorter than this is not worth a fragment. */
const fragmentCharactersMin = 24;

interface KnownWhole {
  count: number;
  fragmentName: string | undefined;
  text: string | undefined;
}

/** Prints the selections of one subgraph operation; whole selections used more than once become fragments. */
export class SelectionPrinter {
  readonly variables = new Set<string>();
  readonly #view: SchemaView;
  readonly #granted: readonly BooleanCondition[];
  readonly #wholes = new Map<string, KnownWhole>();
  readonly #fragments: string[] = [];

  /** `granted` conditions hold wherever the operation is sent, so they are not repeated inside. */
  constructor(view: SchemaView, granted: readonly BooleanCondition[]) {
    this.#view = view;
    this.#granted = granted;
  }

  /** Must see every tree before the first is printed. */
  count(tree: SelectionTree): void {
    for (const whole of tree.wholes) this.#countWhole(whole);
    for (const field of tree.fields.values()) if (field.child !== undefined) this.count(field.child);
    for (const fragment of tree.fragments.values()) this.count(fragment);
  }

  get fragmentsText(): string {
    return this.#fragments.join("");
  }

  print(tree: SelectionTree): string {
    return `{${this.#printInner(tree, noLeaves) || "__typename"}}`;
  }

  #printInner(tree: SelectionTree, covered: ReadonlySet<string>): string {
    const parts: string[] = [];
    const leaves = withCertainLeaves(tree, covered);
    for (const field of tree.fields.values()) {
      const isLeaf = field.child === undefined;
      if (isLeaf && covered.size > 0 && covered.has(leafKey(field))) continue;
      if (isLeaf && field.conditions.length > 0 && leaves.has(leafKey(field))) continue;
      for (const name of field.variables) this.variables.add(name);
      const child = field.child === undefined ? "" : this.print(field.child);
      parts.push(this.#printField(field, field.outputKey, child));
    }
    for (const whole of tree.wholes) parts.push(this.#printWhole(whole));
    for (const [type, fragment] of tree.fragments) {
      const inner = this.#printInner(fragment, leaves);
      if (inner !== "") parts.push(`...on ${type}{${inner}}`);
    }
    return parts.join(" ");
  }

  #printField(field: SelectedField | TreeField, outputKey: string, child: string): string {
    const alias = outputKey === field.name ? "" : `${outputKey}:`;
    const conditions = withoutConditions(field.conditions, this.#granted);
    return this.printConditions(
      `${alias}${field.name}${field.argumentsText}`,
      conditions,
      `${field.directivesText}${child}`,
    );
  }

  /** A directive may stand only once on a field, so further conditions go on fragments around it. */
  printConditions(before: string, conditions: readonly BooleanCondition[], after: string): string {
    if (conditions.length === 0) return `${before}${after}`;
    for (const { variable } of conditions) this.variables.add(variable);
    const [first, ...others] = conditions.map(
      ({ variable, includes }) => `@${includes ? "include" : "skip"}(if:$${variable})`,
    );
    return others.reduce((text, directive) => `...${directive}{${text}}`, `${before}${first}${after}`);
  }

  #countWhole(whole: WholeSelection): void {
    const key = wholeKey(whole);
    const known = this.#wholes.get(key);
    if (known !== undefined) {
      known.count++;
      return;
    }
    this.#wholes.set(key, { count: 1, fragmentName: undefined, text: undefined });
    for (const { field, child } of this.#parts(whole))
      if (field.selection !== undefined && child) this.#countWhole(child);
  }

  #printWhole(whole: WholeSelection): string {
    const known = this.#wholes.get(wholeKey(whole))!;
    if (known.fragmentName !== undefined) return `...${known.fragmentName}`;
    known.text ??= this.#printWholeInner(whole);
    if (known.count < 2 || known.text.length < fragmentCharactersMin) return known.text;
    known.fragmentName = `f${this.#fragments.length}`;
    this.#fragments.push(` fragment ${known.fragmentName} on ${whole.arrival.type}{${known.text}}`);
    return `...${known.fragmentName}`;
  }

  #printWholeInner(whole: WholeSelection): string {
    const { selection, arrival } = whole;
    const own: string[] = [];
    const narrowed = new Map<string, string[]>();
    const isInterfaceObject = this.#view.isInterfaceObject(arrival.subgraph, arrival.type);
    const isTyped = this.#view.isAbstract(selection.type) && !isInterfaceObject;
    if (isTyped) own.push("__typename");
    for (const { field, on, child } of this.#parts(whole)) {
      if (isTyped && field.name === "__typename") continue;
      for (const name of field.variables) this.variables.add(name);
      const text = this.#printField(
        field,
        fetchedKey(field),
        child === undefined ? "" : `{${this.#printWhole(child) || "__typename"}}`,
      );
      if (on === undefined) own.push(text);
      else if (narrowed.has(on)) narrowed.get(on)!.push(text);
      else narrowed.set(on, [text]);
    }
    for (const [type, texts] of narrowed) own.push(`...on ${type}{${texts.join(" ")}}`);
    return own.join(" ");
  }

  *#parts({ selection, arrival }: WholeSelection): Generator<{
    field: SelectedField;
    on: string | undefined;
    child: WholeSelection | undefined;
  }> {
    for (const field of selection.fields) {
      const source = sourceAt(this.#view, field, arrival);
      if (source === undefined) continue;
      const on = source.on?.[0];
      const child =
        field.selection === undefined || source.field === undefined
          ? undefined
          : {
              selection: field.selection,
              arrival: childArrival(this.#view, arrival, on ?? arrival.type, source.field),
            };
      yield { field, on, child };
    }
  }
}

/** Leaves that are asked for whatever the conditions, where any field here or in a fragment might repeat one. */
function withCertainLeaves(tree: SelectionTree, covered: ReadonlySet<string>): ReadonlySet<string> {
  let canRepeat = tree.fragments.size > 0;
  for (const { conditions } of tree.fields.values()) canRepeat ||= conditions.length > 0;
  if (!canRepeat) return covered;
  const leaves = new Set(covered);
  for (const field of tree.fields.values()) {
    if (field.child === undefined && field.conditions.length === 0) leaves.add(leafKey(field));
  }
  return leaves;
}

const noLeaves: ReadonlySet<string> = new Set();

function wholeKey({ selection, arrival }: WholeSelection): string {
  return `${selection.id}@${arrival.key}`;
}

function leafKey(field: TreeField): string {
  return `${field.outputKey}:${field.name}${field.argumentsText}${field.directivesText}`;
}
