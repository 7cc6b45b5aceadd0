import type { ContextArgument, FieldModel, SupergraphModel } from "../graph/supergraph-model.ts";
import { PlanTooLargeError } from "../planner.ts";
import type {
  BoundArgument,
  ContextBinding,
  SelectedField,
  SelectionInterner,
  SelectionNode,
} from "./selection.ts";

/** Selections with contextual arguments below are looked at once for each place where they stand. */
const visitedMax = 20_000;

/** What binding must know of the supergraph's types. */
export interface ContextKnowledge {
  readonly model: Pick<SupergraphModel, "contexts">;
  fieldModel(type: string, name: string): FieldModel | undefined;
  possible(type: string): ReadonlySet<string>;
  fieldSet(type: string, text: string): SelectionNode;
  isContextual(type: string, name: string): boolean;
  setsContext(type: string, context: string): boolean;
}

/** A place on the way down, and the field that leads further. */
interface Above {
  type: string;
  onType: string;
  /** By id. */
  needs: Map<number, SelectionNode>;
}

/** Finds, for each field with contextual arguments, the nearest objects above that set the context. */
export function bindContexts(
  view: ContextKnowledge,
  interner: SelectionInterner,
  selection: SelectionNode,
): SelectionNode {
  if (view.model.contexts.size === 0) return selection;
  return new Binder(view, interner).bind(selection, []);
}

class Binder {
  readonly #view: ContextKnowledge;
  readonly #interner: SelectionInterner;
  readonly #contextual = new Map<SelectionNode, boolean>();
  #visited = 0;

  constructor(view: ContextKnowledge, interner: SelectionInterner) {
    this.#view = view;
    this.#interner = interner;
  }

  bind(selection: SelectionNode, way: readonly Above[]): SelectionNode {
    if (!this.#isContextual(selection)) return selection;
    if (++this.#visited > visitedMax)
      throw new PlanTooLargeError("The operation has too many contextual arguments.");
    const needs = new Map<number, SelectionNode>();
    const fields = selection.fields.map((field): SelectedField => {
      const inner = [...way, { type: selection.type, onType: field.onType, needs }];
      return {
        ...field,
        context: this.#view.isContextual(field.onType, field.name) ? this.#bindField(field, way) : undefined,
        selection: field.selection && this.bind(field.selection, inner),
      };
    });
    return this.#interner.intern(selection.type, fields, [...needs.values()]);
  }

  #isContextual(selection: SelectionNode): boolean {
    let contextual = this.#contextual.get(selection);
    if (contextual === undefined) {
      contextual = selection.fields.some(
        (field) =>
          this.#view.isContextual(field.onType, field.name) ||
          (field.selection !== undefined && this.#isContextual(field.selection)),
      );
      this.#contextual.set(selection, contextual);
    }
    return contextual;
  }

  #bindField({ onType, name }: SelectedField, way: readonly Above[]): ContextBinding {
    const bound = new Map<string, readonly BoundArgument[]>();
    let key = "";
    for (const object of this.#view.possible(onType)) {
      for (const [subgraph, { contextArguments }] of this.#view.fieldModel(object, name)?.subgraphs ?? []) {
        const values = contextArguments.map((argument) => this.#bindArgument(argument, way));
        if (contextArguments.length === 0 || !values.every((value) => value !== undefined)) continue;
        bound.set(`${subgraph} ${object}`, values);
        for (const { variable, levels, need } of values) key += `<${variable}^${levels}#${need.id}`;
      }
    }
    return { key, arguments: bound };
  }

  #bindArgument(
    { argument, typeText, variable, context, selection }: ContextArgument,
    way: readonly Above[],
  ): BoundArgument | undefined {
    const at = way.findLastIndex(({ onType }) => this.#view.setsContext(onType, context));
    const above = way[at];
    if (above === undefined) return undefined;
    const value = this.#view.fieldSet(above.onType, withoutBraces(selection.trim()));
    const need = this.#interner.intern(above.type, value.fields);
    above.needs.set(need.id, need);
    return { argument, typeText, variable, levels: way.length - at, value, need };
  }
}

/** A field set may be written with braces around it or, with type conditions, without. */
function withoutBraces(selection: string): string {
  return selection.startsWith("{") ? selection.slice(1, -1) : selection;
}

export function boundArguments(
  { context }: SelectedField,
  subgraph: number,
  type: string,
): readonly BoundArgument[] | undefined {
  return context?.arguments.get(`${subgraph} ${type}`);
}
