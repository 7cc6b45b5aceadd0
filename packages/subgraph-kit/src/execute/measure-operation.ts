import {
  type DocumentNode,
  type FragmentDefinitionNode,
  Kind,
  type SelectionNode,
  type SelectionSetNode,
} from "graphql";

export interface OperationSize {
  /** How many fields deep it is. */
  depth: number;
  /** How many fields it has once every fragment stands where it is spread: what compiling it would write out. */
  fields: number;
}

/** Of the largest operation of a valid document. Each fragment is measured once, however often it is spread. */
export function measureOperation(document: DocumentNode): OperationSize {
  const fragments = new Map<string, FragmentDefinitionNode>();
  for (const node of document.definitions) {
    if (node.kind === Kind.FRAGMENT_DEFINITION) fragments.set(node.name.value, node);
  }
  const known = new Map<string, OperationSize>();
  const measureSet = ({ selections }: SelectionSetNode): OperationSize =>
    selections.map(measureSelection).reduce(add, nothing);
  const measureSelection = (selection: SelectionNode): OperationSize => {
    if (selection.kind === Kind.FRAGMENT_SPREAD) return measureFragment(selection.name.value);
    const below = selection.selectionSet ? measureSet(selection.selectionSet) : nothing;
    return selection.kind === Kind.FIELD ? { depth: below.depth + 1, fields: below.fields + 1 } : below;
  };
  const measureFragment = (name: string): OperationSize => {
    const fragment = fragments.get(name);
    const size = known.get(name) ?? (fragment ? measureSet(fragment.selectionSet) : nothing);
    known.set(name, size);
    return size;
  };
  const operations = document.definitions.filter((node) => node.kind === Kind.OPERATION_DEFINITION);
  return operations.map((node) => measureSet(node.selectionSet)).reduce(larger, nothing);
}

const nothing: OperationSize = { depth: 0, fields: 0 };

function add(one: OperationSize, other: OperationSize): OperationSize {
  return { depth: Math.max(one.depth, other.depth), fields: one.fields + other.fields };
}

function larger(one: OperationSize, other: OperationSize): OperationSize {
  return { depth: Math.max(one.depth, other.depth), fields: Math.max(one.fields, other.fields) };
}
