import type { FetchNode, PathSegment } from "../planner/plan.ts";
import type { SupergraphTypes } from "../supergraph/supergraph-types.ts";
import { collectObjects } from "./answer-path.ts";
import { mergeCopy, mergeObject } from "./merge.ts";
import type { PlanRun, Step } from "./plan-run.ts";
import { compileBody } from "./request-body.ts";
import { applyRewrites, resolveRewrites } from "./rewrite.ts";
import type { SubgraphAnswer } from "./subgraph-answer.ts";

/** A fetch of root fields. With a path, the answer belongs to the objects there instead of to the root. */
export function compileRootFetch(
  node: FetchNode,
  path: readonly PathSegment[],
  types: SupergraphTypes,
): Step {
  const { operationKind } = node;
  if (operationKind === "subscription")
    throw new Error("a subscription reached the executor of single answers");
  const writeBody = compileBody(node);
  const rewrites = resolveRewrites(node.outputRewrites ?? [], types);

  return async function fetchRoot(run) {
    const answer = await run.callSubgraph({
      subgraph: node.serviceName,
      operationKind,
      operationName: node.operationName,
      body: writeBody(run.variables, ""),
    });
    addErrors(run, answer, path);
    if (!answer.data) return;
    if (rewrites.length > 0) applyRewrites(answer.data, rewrites);
    if (path.length > 0) {
      for (const object of collectObjects(run.data, path)) mergeCopy(object, answer.data);
    } else if (run.data === null) {
      run.data = answer.data;
    } else {
      mergeObject(run.data, answer.data);
    }
  };
}

function addErrors(run: PlanRun, answer: SubgraphAnswer, path: readonly PathSegment[]): void {
  const parent = path.flatMap((segment) => (segment.kind === "field" ? [segment.name] : []));
  for (const error of answer.errors) {
    run.errors.push({ ...error, path: [...parent, ...(error.path ?? [])] });
  }
}
