import { parse, print } from "graphql";
import type {
  ContextRewrite,
  DeferredNode,
  FetchRewrite,
  PathSegment,
  PlanNode,
  QueryPlan,
  RequiresSelection,
} from "./plan.ts";
import { separateBatches } from "./separate-batch.ts";

/** A plan as people read it. */
export function printPlan(plan: QueryPlan): string {
  if (!plan.node) return "QueryPlan {}\n";
  return `QueryPlan {\n${indent(printNode(plan.node))}\n}\n`;
}

function printNode(node: PlanNode): string {
  switch (node.kind) {
    case "Fetch": {
      const requires = node.requires ? `${block("", node.requires.map(printRequires))} =>\n` : "";
      return block(`Fetch(service: ${JSON.stringify(node.serviceName)}${idText(node)})`, [
        `${requires}${printOperation(node.operation)}`,
      ]);
    }
    case "BatchFetch":
      return block(`BatchFetch(service: ${JSON.stringify(node.serviceName)}${idText(node)})`, [
        ...node.entries.map(
          (entry) =>
            `${entry.alias} at ${entry.paths.map((path) => JSON.stringify(printPath(path))).join(", ")} ${block("", entry.requires.map(printRequires))} =>`,
        ),
        printOperation(node.operation),
      ]);
    case "Flatten":
      return block(`Flatten(path: ${JSON.stringify(printPath(node.path))})`, [printNode(node.node)]);
    case "Sequence":
    case "Parallel":
      return block(node.kind, node.nodes.map(printNode));
    case "Condition":
      return [
        node.ifClause && block(`Include(if: $${node.condition})`, [printNode(node.ifClause)]),
        node.elseClause && block(`Skip(if: $${node.condition})`, [printNode(node.elseClause)]),
      ]
        .filter((part) => part !== undefined)
        .join("\n");
    case "Defer":
      return block("Defer", [
        block("Primary", printPart(node.primary)),
        ...node.deferred.map((part) => block(`Deferred(${printDeferredHead(part)})`, printPart(part))),
      ]);
    case "Subscription":
      return block("Subscription", [
        block("Primary", [printNode(node.primary)]),
        ...(node.rest ? [block("Rest", [printNode(node.rest)])] : []),
      ]);
  }
}

function idText({ id }: { id?: string }): string {
  return id === undefined ? "" : `, id: ${id}`;
}

function printDeferredHead({ depends, queryPath, label }: DeferredNode): string {
  const parts = [`depends: [${depends.map(({ id }) => id).join(", ")}]`, `path: "${queryPath.join("/")}"`];
  if (label !== undefined) parts.push(`label: ${JSON.stringify(label)}`);
  return parts.join(", ");
}

function printPart({ subselection, node }: { subselection?: string; node?: PlanNode }): string[] {
  const lines = subselection === undefined ? [] : [`${printOperation(subselection)}:`];
  if (node !== undefined) lines.push(printNode(node));
  return lines;
}

function block(head: string, lines: readonly string[]): string {
  return `${head}${head ? " " : ""}{\n${indent(lines.join("\n"))}\n}`;
}

function indent(text: string): string {
  return text.replace(/^(?=.)/gm, "  ");
}

function printOperation(operation: string): string {
  return print(parse(operation, { noLocation: true }));
}

function printRequires(selection: RequiresSelection): string {
  if (selection.kind === "InlineFragment") {
    return block(`... on ${selection.typeCondition}`, selection.selections.map(printRequires));
  }
  const name = selection.alias ? `${selection.alias}: ${selection.name}` : selection.name;
  return selection.selections ? block(name, selection.selections.map(printRequires)) : name;
}

function printPath(path: readonly PathSegment[]): string {
  return path.map(printSegment).join(".").replaceAll(".|[", "|[");
}

function printSegment(segment: PathSegment): string {
  if (segment.kind === "field") return segment.name;
  return segment.kind === "list" ? "@" : `|[${segment.names.join(", ")}]`;
}

/** A plan in the shape of Apollo's JSON. */
export function planToJson(plan: QueryPlan): object {
  return plan.node
    ? { kind: "QueryPlan", node: nodeToJson(separateBatches(plan.node)) }
    : { kind: "QueryPlan" };
}

function nodeToJson(node: PlanNode): object {
  switch (node.kind) {
    case "Fetch":
      return {
        kind: "Fetch",
        id: node.id,
        serviceName: node.serviceName,
        requires: node.requires?.map(requiresToJson),
        variableUsages: node.variableUsages,
        operation: node.operation,
        operationName: node.operationName,
        operationKind: node.operationKind,
        inputRewrites: node.inputRewrites?.map(rewriteToJson),
        outputRewrites: node.outputRewrites?.map(rewriteToJson),
        contextRewrites: node.contextRewrites?.map(rewriteToJson),
      };
    case "Flatten":
      return { kind: "Flatten", path: pathToJson(node.path), node: nodeToJson(node.node) };
    case "Sequence":
    case "Parallel":
      return { kind: node.kind, nodes: node.nodes.map(nodeToJson) };
    case "Condition":
      return {
        kind: "Condition",
        condition: node.condition,
        ifClause: node.ifClause && nodeToJson(node.ifClause),
        elseClause: node.elseClause && nodeToJson(node.elseClause),
      };
    case "Defer":
      return {
        kind: "Defer",
        primary: {
          subselection: node.primary.subselection,
          node: node.primary.node && nodeToJson(node.primary.node),
        },
        deferred: node.deferred.map((part) => ({ ...part, node: part.node && nodeToJson(part.node) })),
      };
    case "Subscription":
      return {
        kind: "Subscription",
        primary: nodeToJson(node.primary),
        rest: node.rest && nodeToJson(node.rest),
      };
    case "BatchFetch":
      throw new Error("batches are separated before a plan is printed");
  }
}

function requiresToJson(selection: RequiresSelection): object {
  if (selection.kind === "InlineFragment") {
    return {
      kind: "InlineFragment",
      typeCondition: selection.typeCondition,
      selections: selection.selections.map(requiresToJson),
    };
  }
  return {
    kind: "Field",
    alias: selection.alias,
    name: selection.name,
    selections: selection.selections?.map(requiresToJson),
  };
}

function pathToJson(path: readonly PathSegment[]): string[] {
  const steps: string[] = [];
  for (const segment of path) {
    if (segment.kind === "type" && steps.length > 0)
      steps.push(`${steps.pop()}|[${segment.names.join(",")}]`);
    else steps.push(printSegment(segment));
  }
  return steps;
}

function rewriteToJson(rewrite: FetchRewrite | ContextRewrite): object {
  const path = rewrite.path.map((segment) => {
    if (segment.kind === "parent") return "..";
    return segment.kind === "key" ? segment.name : `... on ${segment.names.join(",")}`;
  });
  return rewrite.kind === "setValue"
    ? { kind: "ValueSetter", path, setValueTo: rewrite.value }
    : { kind: "KeyRenamer", path, renameKeyTo: rewrite.name };
}
