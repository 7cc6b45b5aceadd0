import {
  type ASTNode,
  type DocumentNode,
  Kind,
  type OperationDefinitionNode,
  parse,
  print,
  type SelectionSetNode,
  visit,
} from "graphql";
import type { GraphQLRequest } from "./world/subgraph-server.ts";

const ATTEMPTS_MAX = 1_500;

/** Takes parts out of the operation for as long as what is left still fails the same way. */
export async function shrink(
  request: GraphQLRequest,
  stillFails: (smaller: GraphQLRequest) => Promise<boolean>,
): Promise<GraphQLRequest> {
  let smallest = request;
  let attempts = 0;
  for (let position = 0; attempts < ATTEMPTS_MAX; ) {
    const candidate = withoutPart(parse(smallest.query, { noLocation: true }), position);
    if (!candidate) break;
    attempts++;
    const smaller = tidied(candidate, smallest);
    if (await stillFails(smaller)) smallest = smaller;
    else position++;
  }
  return smallest;
}

/** The document without its nth removable part, counted from the front; undefined when there are fewer. */
function withoutPart(document: DocumentNode, position: number): DocumentNode | undefined {
  let seen = 0;
  let isRemoved = false;
  const isTurn = () => !isRemoved && seen++ === position;
  const remove = () => {
    isRemoved = true;
    return null;
  };
  const removable = () => (isTurn() ? remove() : undefined);
  const smaller: DocumentNode = visit(document, {
    OperationDefinition: removableUnlessOnly(document, isTurn, remove),
    SelectionSet: (node: SelectionSetNode) => {
      if (isRemoved) return undefined;
      const selections = spliced(node, isTurn);
      if (selections === node.selections) return undefined;
      isRemoved = true;
      return { ...node, selections };
    },
    Directive: removable,
    Argument: {
      enter: (_node, _key, _parent, _path, ancestors) => (isOnField(ancestors) ? removable() : undefined),
    },
  });
  return isRemoved ? smaller : undefined;
}

function removableUnlessOnly(document: DocumentNode, isTurn: () => boolean, remove: () => null) {
  const operations = document.definitions.filter((node) => node.kind === Kind.OPERATION_DEFINITION);
  return (_node: OperationDefinitionNode) => (operations.length > 1 && isTurn() ? remove() : undefined);
}

/** One selection less, or a fragment's selections in the fragment's place. */
function spliced(node: SelectionSetNode, isTurn: () => boolean): SelectionSetNode["selections"] {
  for (const [i, selection] of node.selections.entries()) {
    const others = [...node.selections.slice(0, i), ...node.selections.slice(i + 1)];
    if (others.length > 0 && isTurn()) return others;
    if (selection.kind !== Kind.INLINE_FRAGMENT || !isTurn()) continue;
    return [
      ...node.selections.slice(0, i),
      ...selection.selectionSet.selections,
      ...node.selections.slice(i + 1),
    ];
  }
  return node.selections;
}

function isOnField(ancestors: readonly (ASTNode | readonly ASTNode[])[]): boolean {
  const parent = ancestors.at(-1);
  const owner = Array.isArray(parent) ? ancestors.at(-2) : parent;
  return owner !== undefined && "kind" in owner && owner.kind === Kind.FIELD;
}

/** Fragments and variables that nothing names any longer go too. */
function tidied(document: DocumentNode, request: GraphQLRequest): GraphQLRequest {
  const fragments = usedFragments(document);
  const variables = new Set<string>();
  const kept = document.definitions.filter(
    (node) => node.kind !== Kind.FRAGMENT_DEFINITION || fragments.has(node.name.value),
  );
  const used: DocumentNode = { ...document, definitions: kept };
  visit(used, {
    VariableDefinition: () => false,
    Variable: (node) => void variables.add(node.name.value),
  });
  const clean = visit(used, {
    VariableDefinition: (node) => (variables.has(node.variable.name.value) ? false : null),
  });
  const values = Object.entries(request.variables ?? {}).filter(([name]) => variables.has(name));
  return { ...request, query: print(clean), variables: Object.fromEntries(values) };
}

function usedFragments(document: DocumentNode): Set<string> {
  const used = new Set<string>();
  const follow = (node: ASTNode): void => {
    visit(node, {
      FragmentSpread: (spread) => {
        const name = spread.name.value;
        if (used.has(name)) return;
        used.add(name);
        const target = document.definitions.find(
          (other) => other.kind === Kind.FRAGMENT_DEFINITION && other.name.value === name,
        );
        if (target) follow(target);
      },
    });
  };
  for (const node of document.definitions) if (node.kind === Kind.OPERATION_DEFINITION) follow(node);
  return used;
}
