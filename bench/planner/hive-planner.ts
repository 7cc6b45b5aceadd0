import {
  type PlanNode as HiveNode,
  type QueryPlan as HivePlan,
  QueryPlanner,
} from "@graphql-hive/router-query-planner";
import { print } from "graphql";
import type {
  BatchEntry,
  FetchNode,
  FetchRewrite,
  PathSegment,
  PlanNode,
  QueryPlan,
  RequiresSelection,
} from "../../router/src/planner/plan.ts";
import { type PlannableOperation, type Planner, PlanningError } from "../../router/src/planner/planner.ts";

/** The npm planner behind our interface, to compare with. It is native code: a valid operation may end the process. */
export function createHivePlanner(supergraphSdl: string): Planner {
  const planner = new QueryPlanner(supergraphSdl);
  return {
    overrideLabels: planner.overrideLabels,
    overridePercentages: planner.overridePercentages,
    weighting: "",
    async plan(operation) {
      return convertPlan(await planNative(planner, operation));
    },
  };
}

async function planNative(planner: QueryPlanner, operation: PlannableOperation): Promise<HivePlan> {
  try {
    return await planner.planAsync(
      [operation.definition, ...operation.fragments.values()].map(print).join("\n"),
      operation.definition.name?.value,
      new Set(operation.overrideLabels),
      operation.overridePercentage,
    );
  } catch (error) {
    throw new PlanningError(error instanceof Error ? error.message : String(error));
  }
}

function convertPlan(plan: HivePlan): QueryPlan {
  return plan.node ? { kind: "QueryPlan", node: convertNode(plan.node) } : { kind: "QueryPlan" };
}

type Hive<Kind extends HiveNode["kind"]> = Extract<HiveNode, { kind: Kind }>;

function convertNode(node: HiveNode): PlanNode {
  switch (node.kind) {
    case "Fetch":
      return convertFetch(node);
    case "BatchFetch":
      return {
        kind: "BatchFetch",
        serviceName: node.serviceName,
        operation: node.operation,
        variableUsages: node.variableUsages ?? [],
        entries: node.entityBatch.aliases.map(convertEntry),
      };
    case "Flatten":
      return { kind: "Flatten", path: node.path.map(convertSegment), node: convertNode(node.node) };
    case "Sequence":
    case "Parallel":
      return { kind: node.kind, nodes: node.nodes.map(convertNode) };
    case "Condition":
      return {
        kind: "Condition",
        condition: node.condition,
        ...(node.ifClause && { ifClause: convertNode(node.ifClause) }),
        ...(node.elseClause && { elseClause: convertNode(node.elseClause) }),
      };
    case "Subscription":
      return { kind: "Subscription", primary: convertFetch(node.primary) };
    case "Defer":
      throw new PlanningError("the planner made a Defer node although @defer was removed before planning");
  }
}

function convertFetch(node: Hive<"Fetch">): FetchNode {
  return {
    kind: "Fetch",
    serviceName: node.serviceName,
    operationKind: node.operationKind ?? "query",
    operation: node.operation,
    ...(node.operationName !== undefined && { operationName: node.operationName }),
    variableUsages: node.variableUsages ?? [],
    ...(node.requires && { requires: node.requires.map(convertRequires) }),
    ...convertRewrites(node),
  };
}

function convertEntry(entry: Hive<"BatchFetch">["entityBatch"]["aliases"][number]): BatchEntry {
  return {
    alias: entry.alias,
    representationsVariable: entry.representationsVariableName,
    paths: entry.paths.map((path) => path.map(convertSegment)),
    requires: entry.requires.map(convertRequires),
    ...convertRewrites(entry),
  };
}

type HiveSegment = Hive<"Flatten">["path"][number];

function convertSegment(segment: HiveSegment): PathSegment {
  if (segment === "@") return { kind: "list" };
  if ("Field" in segment) return { kind: "field", name: segment.Field };
  return { kind: "type", names: segment.TypeCondition };
}

type HiveRequires = NonNullable<Hive<"Fetch">["requires"]>[number];

function convertRequires(selection: HiveRequires): RequiresSelection {
  switch (selection.kind) {
    case "Field":
      return {
        kind: "Field",
        // Hive's alias is the name in the representation, its name the key in the data.
        name: selection.alias ?? selection.name,
        ...(selection.alias !== undefined && { alias: selection.name }),
        ...(selection.selections && { selections: selection.selections.map(convertRequires) }),
      };
    case "InlineFragment":
      return {
        kind: "InlineFragment",
        typeCondition: selection.typeCondition,
        selections: selection.selections.map(convertRequires),
      };
    case "FragmentSpread":
      throw new PlanningError(
        "the planner made a fragment spread where only fields and inline fragments may stand",
      );
  }
}

type HiveRewrites = Pick<Hive<"Fetch">, "inputRewrites" | "outputRewrites">;
type HiveRewrite = NonNullable<HiveRewrites["inputRewrites"]>[number];

function convertRewrites(node: HiveRewrites): {
  inputRewrites?: FetchRewrite[];
  outputRewrites?: FetchRewrite[];
} {
  return {
    ...(node.inputRewrites?.length && { inputRewrites: node.inputRewrites.map(convertRewrite) }),
    ...(node.outputRewrites?.length && { outputRewrites: node.outputRewrites.map(convertRewrite) }),
  };
}

function convertRewrite(rewrite: HiveRewrite): FetchRewrite {
  if ("KeyRenamer" in rewrite) {
    const { path, renameKeyTo } = rewrite.KeyRenamer;
    return { kind: "renameKey", path: path.map(convertRewriteSegment), name: renameKeyTo };
  }
  const { path, setValueTo } = "ValueSetter" in rewrite ? rewrite.ValueSetter : rewrite;
  return { kind: "setValue", path: path.map(convertRewriteSegment), value: setValueTo };
}

function convertRewriteSegment(segment: { TypenameEquals: string[] } | { Key: string }) {
  return "Key" in segment
    ? ({ kind: "key", name: segment.Key } as const)
    : ({ kind: "type", names: segment.TypenameEquals } as const);
}
