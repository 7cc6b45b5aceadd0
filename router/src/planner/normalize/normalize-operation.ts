import {
  type DocumentNode,
  type FragmentDefinitionNode,
  Kind,
  type OperationDefinitionNode,
  print,
  type VariableDefinitionNode,
} from "graphql";
import type { SchemaView } from "../graph/schema-view.ts";
import { PlanningError } from "../planner.ts";
import { normalizeSelectionSets } from "./normalize-selection-sets.ts";
import type { SelectionInterner, SelectionNode } from "./selection.ts";

export interface NormalizedOperation {
  kind: "query" | "mutation" | "subscription";
  name: string | undefined;
  /** Each variable's definition as a subgraph operation repeats it. */
  variableDefinitions: Map<string, string>;
  selection: SelectionNode;
}

export function normalizeOperation(
  view: SchemaView,
  document: DocumentNode,
  operationName: string | undefined,
  interner: SelectionInterner,
): NormalizedOperation {
  const operation = findOperation(document, operationName);
  const fragments = new Map<string, FragmentDefinitionNode>();
  for (const definition of document.definitions) {
    if (definition.kind === Kind.FRAGMENT_DEFINITION) fragments.set(definition.name.value, definition);
  }
  const rootType = view.model.rootTypes[operation.operation];
  if (rootType === undefined) throw new PlanningError(`The schema has no ${operation.operation} type.`);
  return {
    kind: operation.operation,
    name: operation.name?.value,
    variableDefinitions: new Map(operation.variableDefinitions?.map(printVariableDefinition)),
    selection: normalizeSelectionSets({ view, fragments, interner }, rootType, [operation.selectionSet]),
  };
}

function findOperation(document: DocumentNode, name: string | undefined): OperationDefinitionNode {
  for (const definition of document.definitions) {
    if (definition.kind !== Kind.OPERATION_DEFINITION) continue;
    if (name === undefined || definition.name?.value === name) return definition;
  }
  throw new PlanningError(`The document has no operation${name === undefined ? "" : ` named "${name}"`}.`);
}

function printVariableDefinition(node: VariableDefinitionNode): [string, string] {
  const fallback = node.defaultValue === undefined ? "" : `=${print(node.defaultValue)}`;
  return [node.variable.name.value, `$${node.variable.name.value}:${print(node.type)}${fallback}`];
}
