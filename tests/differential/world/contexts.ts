import { Kind, type SelectionNode } from "graphql";
import type { DataModel, Instance } from "./data-model.ts";
import { projectInstance } from "./field-sets.ts";
import type { ContextArgument, SubgraphDefinition } from "./subgraph-definition.ts";

/** Contextual arguments as one server finds them: in the nearest object above that sets the context. */
export class Contexts {
  readonly areUsed: boolean;

  constructor(readonly model: DataModel) {
    this.areUsed = model.types.subgraphs.some(({ contexts }) => contexts.size > 0);
  }

  /** Undefined for a field that has none. */
  lookUp(instance: Instance, fieldName: string): Record<string, unknown> | undefined {
    if (!this.areUsed) return undefined;
    for (const definition of this.model.types.definitionsOf(instance.typeName, fieldName)) {
      const { contextArguments, subgraph } = definition;
      if (contextArguments.length === 0) continue;
      const values = contextArguments.map((argument): [string, unknown] => {
        const known = this.model.types.subgraphs.find(({ name }) => name === subgraph)!;
        return [argument.name, this.#value(instance, argument, known)];
      });
      return Object.fromEntries(values);
    }
    return undefined;
  }

  #value(instance: Instance, argument: ContextArgument, subgraph: SubgraphDefinition): unknown {
    const setters = [...(subgraph.contexts.get(argument.context) ?? [])];
    let above = instance.around;
    while (above !== undefined) {
      const { typeName } = above;
      const setter = setters.find((name) => this.model.types.objectsOf(name).includes(typeName));
      if (setter !== undefined) break;
      above = above.around;
    }
    if (above === undefined) throw new Error(`nothing above sets ${argument.context}`);
    const projected = projectInstance({
      model: this.model,
      schema: this.model.schemas.get(subgraph.name)!,
      typeName: above.typeName,
      instance: above,
      selections: argument.selections,
    });
    return leafOf(projected, argument.selections) ?? null;
  }
}

/** A context's selection leads to one leaf, which may be an object itself where a scalar holds JSON. */
function leafOf(projected: unknown, selections: readonly SelectionNode[]): unknown {
  for (const selection of selections) {
    if (selection.kind === Kind.INLINE_FRAGMENT) {
      const found = leafOf(projected, selection.selectionSet.selections);
      if (found !== undefined) return found;
    }
    if (selection.kind !== Kind.FIELD) continue;
    const value = (projected as Record<string, unknown> | null)?.[selection.name.value];
    if (value !== undefined)
      return selection.selectionSet ? leafOf(value, selection.selectionSet.selections) : value;
  }
  return undefined;
}
