import {
  type DocumentNode,
  type FieldNode,
  Kind,
  type OperationDefinitionNode,
  parse,
  print,
  visit,
} from "graphql";
import type { BatchEntry, BatchFetchNode, FlattenNode, PlanNode } from "./plan.ts";

/** The plan as Apollo would write it: a batch becomes the entity fetches that it stands for. */
export function separateBatches(node: PlanNode, idsOf: BatchIds = new Map()): PlanNode {
  const separate = (child: PlanNode): PlanNode => separateBatches(child, idsOf);
  switch (node.kind) {
    case "BatchFetch":
      return asParallel(withIds(separateBatch(node), node.id, idsOf));
    case "Flatten":
      return { ...node, node: separate(node.node) };
    case "Sequence":
      return { ...node, nodes: node.nodes.map(separate) };
    case "Parallel":
      return {
        ...node,
        nodes: node.nodes
          .map(separate)
          .flatMap((child) => (child.kind === "Parallel" ? child.nodes : [child])),
      };
    case "Condition":
      return {
        ...node,
        ...(node.ifClause && { ifClause: separate(node.ifClause) }),
        ...(node.elseClause && { elseClause: separate(node.elseClause) }),
      };
    case "Defer":
      return {
        ...node,
        primary: { ...node.primary, ...(node.primary.node && { node: separate(node.primary.node) }) },
        deferred: node.deferred.map((part) => ({
          ...part,
          depends: part.depends.flatMap(({ id }) => (idsOf.get(id) ?? [id]).map((each) => ({ id: each }))),
          ...(part.node && { node: separate(part.node) }),
        })),
      };
    case "Subscription":
      return { ...node, ...(node.rest && { rest: separate(node.rest) }) };
    case "Fetch":
      return node;
  }
}

/** The ids of the fetches that a batch became, by the id of the batch. */
type BatchIds = Map<string, string[]>;

function withIds(fetches: FlattenNode[], id: string | undefined, idsOf: BatchIds): FlattenNode[] {
  if (id === undefined) return fetches;
  const ids = fetches.map((_, index) => (index === 0 ? id : `${id}.${index}`));
  idsOf.set(id, ids);
  return fetches.map((flatten, index) => ({
    ...flatten,
    node: { ...flatten.node, id: ids[index] } as PlanNode,
  }));
}

function asParallel(nodes: PlanNode[]): PlanNode {
  return nodes.length === 1 ? nodes[0]! : { kind: "Parallel", nodes };
}

function separateBatch(batch: BatchFetchNode): FlattenNode[] {
  const document = parse(batch.operation, { noLocation: true });
  return batch.entries.flatMap((entry) => {
    const { operation, variableUsages } = writeAlone(document, entry);
    return entry.paths.map(
      (path): FlattenNode => ({
        kind: "Flatten",
        path,
        node: {
          kind: "Fetch",
          serviceName: batch.serviceName,
          operationKind: "query",
          operation,
          variableUsages,
          requires: entry.requires,
          ...(entry.inputRewrites && { inputRewrites: entry.inputRewrites }),
          ...(entry.outputRewrites && { outputRewrites: entry.outputRewrites }),
        },
      }),
    );
  });
}

function writeAlone(
  document: DocumentNode,
  entry: BatchEntry,
): { operation: string; variableUsages: string[] } {
  const definition = document.definitions.find(
    (each): each is OperationDefinitionNode => each.kind === Kind.OPERATION_DEFINITION,
  );
  const field = definition?.selectionSet.selections.find(
    (each): each is FieldNode => each.kind === Kind.FIELD && each.alias?.value === entry.alias,
  );
  if (!definition || !field) throw new Error(`the batch has no field ${entry.alias}`);
  const { alias: _alias, ...alone } = field;
  const renamed = visit(alone, {
    Variable: (variable) =>
      variable.name.value === entry.representationsVariable
        ? { ...variable, name: { ...variable.name, value: "representations" } }
        : undefined,
  });
  const fragments = usedFragments(document, renamed);
  const variables = new Set([renamed, ...fragments].flatMap(variableNames));
  const operation: OperationDefinitionNode = {
    ...definition,
    variableDefinitions: (definition.variableDefinitions ?? []).flatMap((each) => {
      const { variable } = each;
      if (variable.name.value === entry.representationsVariable) {
        return [{ ...each, variable: { ...variable, name: { ...variable.name, value: "representations" } } }];
      }
      return variables.has(variable.name.value) ? [each] : [];
    }),
    selectionSet: { kind: Kind.SELECTION_SET, selections: [renamed] },
  };
  return {
    operation: [operation, ...fragments].map(print).join("\n"),
    variableUsages: [...variables].filter((name) => name !== "representations"),
  };
}

function usedFragments(document: DocumentNode, field: FieldNode) {
  const names = new Set<string>();
  const collect = (node: Parameters<typeof visit>[0]) =>
    visit(node, {
      FragmentSpread(spread) {
        if (names.has(spread.name.value)) return;
        names.add(spread.name.value);
        const fragment = fragmentsOf(document).find((each) => each.name.value === spread.name.value);
        if (fragment) collect(fragment);
      },
    });
  collect(field);
  return fragmentsOf(document).filter((each) => names.has(each.name.value));
}

function fragmentsOf(document: DocumentNode) {
  return document.definitions.filter((each) => each.kind === Kind.FRAGMENT_DEFINITION);
}

function variableNames(node: Parameters<typeof visit>[0]): string[] {
  const names: string[] = [];
  visit(node, {
    Variable(variable) {
      names.push(variable.name.value);
    },
  });
  return names;
}
