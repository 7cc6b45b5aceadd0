import {
  type DocumentNode,
  type FragmentDefinitionNode,
  Kind,
  type OperationDefinitionNode,
  parse,
  print,
  type VariableDefinitionNode,
} from "graphql";
import { Parts } from "../defer/part.ts";
import { splitParts } from "../defer/split-parts.ts";
import type { SchemaView } from "../graph/schema-view.ts";
import { type ParsedOperation, PlanningError } from "../planner.ts";
import { bindContexts } from "./bind-contexts.ts";
import type { Deferrals } from "./deferrals.ts";
import { normalizeSelectionSets } from "./normalize-selection-sets.ts";
import type { SelectionInterner, SelectionNode } from "./selection.ts";

export interface NormalizedOperation {
  kind: "query" | "mutation" | "subscription";
  name: string | undefined;
  /** Each variable's definition as a subgraph operation repeats it. */
  variableDefinitions: Map<string, string>;
  selection: SelectionNode;
  /** What of it is sent when; one part where nothing is deferred. */
  parts: Parts;
}

/** For an operation that is at hand as text only. */
export function parseOperation(text: string, name: string | undefined): ParsedOperation {
  const document = parse(text, { noLocation: true });
  const fragments = new Map<string, FragmentDefinitionNode>();
  for (const definition of document.definitions) {
    if (definition.kind === Kind.FRAGMENT_DEFINITION) fragments.set(definition.name.value, definition);
  }
  return { definition: findOperation(document, name), fragments };
}

export function normalizeOperation(
  view: SchemaView,
  { definition: operation, fragments }: ParsedOperation,
  interner: SelectionInterner,
  deferrals?: Deferrals,
): NormalizedOperation {
  const rootType = view.model.rootTypes[operation.operation];
  if (rootType === undefined) throw new PlanningError(`The schema has no ${operation.operation} type.`);
  const context = { view, fragments, interner, deferrals };
  const written = normalizeSelectionSets(context, rootType, [operation.selectionSet]);
  const selection = bindContexts(view, interner, written);
  return {
    kind: operation.operation,
    name: operation.name?.value,
    variableDefinitions: new Map(operation.variableDefinitions?.map(printVariableDefinition)),
    selection,
    parts: selection.hasDeferrals ? splitParts(selection) : new Parts(),
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
