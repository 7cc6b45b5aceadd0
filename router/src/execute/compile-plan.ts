import type { BatchFetchNode, FetchNode, PathSegment, PlanNode, QueryPlan } from "../planner/plan.ts";
import type { Compile } from "./compile.ts";
import { compileEntityFetch, type EntityLookup } from "./fetch-entities.ts";
import { compileFetchInContext } from "./fetch-in-context.ts";
import { compileRootFetch } from "./fetch-root.ts";
import type { PlanRun, Step } from "./plan-run.ts";
import { resolveRewrites } from "./rewrite.ts";

/** Turns a plan into functions, once, so that a request only runs them. */
export function compilePlan(plan: QueryPlan, compile: Omit<Compile, "nextFetchId">): Step {
  // A function of its own for each plan: answers are remembered by the step that gave them.
  if (!plan.node) return (run) => useNothing(run);
  let fetches = 0;
  return compileNode(plan.node, [], { ...compile, nextFetchId: () => fetches++ });
}

/** A plan without fetches: everything asked for is answered by the router itself. */
function useNothing(run: PlanRun): void {
  run.data = {};
}

function compileNode(node: PlanNode, path: readonly PathSegment[], compile: Compile): Step {
  switch (node.kind) {
    case "Fetch":
      return node.requires ? compileSingleLookup(node, path, compile) : compileRootFetch(node, path, compile);
    case "BatchFetch":
      return compileBatch(node, compile);
    case "Flatten":
      return compileNode(node.node, [...path, ...node.path], compile);
    case "Sequence":
      return runInOrder(node.nodes.map((child) => compileNode(child, path, compile)));
    case "Parallel":
      return runAtOnce(node.nodes.map((child) => compileNode(child, path, compile)));
    case "Condition": {
      const skip = fetchesRoot(node) ? rootIsEmpty : undefined;
      return runWhen(
        node.condition,
        node.ifClause ? compileNode(node.ifClause, path, compile) : skip,
        node.elseClause ? compileNode(node.elseClause, path, compile) : skip,
      );
    }
    case "Defer":
    case "Subscription":
      throw new Error(`a ${node.kind} node reached the executor of single answers`);
  }
}

function runInOrder(steps: readonly Step[]): Step {
  return async function sequence(run) {
    for (const step of steps) {
      const pending = step(run);
      if (pending) await pending;
    }
  };
}

function runAtOnce(steps: readonly Step[]): Step {
  return function parallel(run) {
    const pending: Promise<void>[] = [];
    for (const step of steps) {
      const started = step(run);
      if (started) pending.push(started);
    }
    if (pending.length === 1) return pending[0];
    if (pending.length > 1) return Promise.all(pending).then(nothing);
  };
}

function nothing(): void {}

function runWhen(variable: string, ifStep: Step | undefined, elseStep: Step | undefined): Step {
  return function condition(run) {
    const value = run.variables[variable];
    return (value === true || value === undefined ? ifStep : elseStep)?.(run);
  };
}

/** Root fields that are all skipped are an empty answer, not a failed one. */
function rootIsEmpty(run: PlanRun): void {
  run.data ??= {};
}

function fetchesRoot(node: PlanNode): boolean {
  switch (node.kind) {
    case "Fetch":
      return node.requires === undefined;
    case "Condition":
      return [node.ifClause, node.elseClause].some((clause) => clause !== undefined && fetchesRoot(clause));
    case "Sequence":
    case "Parallel":
      return node.nodes.some(fetchesRoot);
    default:
      return false;
  }
}

function compileSingleLookup(node: FetchNode, path: readonly PathSegment[], compile: Compile): Step {
  const { serviceName: subgraph, operation, operationName, variableUsages } = node;
  const lookup: EntityLookup = {
    alias: "_entities",
    representationsVariable: "representations",
    paths: [path],
    requires: node.requires ?? [],
    inputRewrites: resolveRewrites(node.inputRewrites ?? [], compile.types),
    outputRewrites: resolveRewrites(node.outputRewrites ?? [], compile.types),
  };
  const fetch = { subgraph, operation, operationName, variableUsages };
  const { contextRewrites } = node;
  if (contextRewrites) return compileFetchInContext({ ...fetch, lookup, contextRewrites }, compile);
  return compileEntityFetch({ ...fetch, lookups: [lookup] }, compile);
}

function compileBatch(node: BatchFetchNode, compile: Compile): Step {
  const { serviceName: subgraph, operation, variableUsages } = node;
  const lookups = node.entries.map((entry) => ({
    ...entry,
    inputRewrites: resolveRewrites(entry.inputRewrites ?? [], compile.types),
    outputRewrites: resolveRewrites(entry.outputRewrites ?? [], compile.types),
  }));
  return compileEntityFetch(
    { subgraph, operation, operationName: undefined, variableUsages, lookups },
    compile,
  );
}
