import type { FetchNode, PathSegment } from "../planner/plan.ts";
import { collectObjects } from "./answer-path.ts";
import { ask } from "./ask.ts";
import type { Compile } from "./compile.ts";
import { cloneJson, mergeCopy, mergeObject } from "./merge.ts";
import type { PlanRun, Step } from "./plan-run.ts";
import { rootRepresented } from "./recording.ts";
import { compileBody } from "./request-body.ts";
import { applyRewrites, resolveRewrites } from "./rewrite.ts";
import type { SubgraphAnswer } from "./subgraph-answer.ts";

/** A fetch of root fields. With a path, the answer belongs to the objects there instead of to the root. */
export function compileRootFetch(node: FetchNode, path: readonly PathSegment[], compile: Compile): Step {
  const { operationKind, serviceName: subgraph, operationName, variableUsages: variables } = node;
  if (operationKind === "subscription")
    throw new Error("a subscription reached the executor of single answers");
  const kind = operationKind;
  const writeBody = compileBody(node);
  const rewrites = resolveRewrites(node.outputRewrites ?? [], compile.types);
  const fetchId = compile.nextFetchId();
  const cached = compile.cache?.root({ ...node, operationKind: kind });

  function fetchRoot(run: PlanRun): Promise<void> | void {
    const body = writeBody(run.variables, "");
    const call = {
      subgraph,
      operationKind: kind,
      operationName,
      document: node.operation,
      variables,
      body,
    };
    if (run.shortcut) {
      return run.shortcut.ask(fetchId, () => {
        cached?.passedBy(run);
        return call;
      });
    }
    const askSubgraph = () => ask(run, { fetchId, represented: rootRepresented, call });
    const answer = cached ? cached.answer(run, askSubgraph) : askSubgraph();
    return answer instanceof Promise ? answer.then((each) => merge(run, each)) : merge(run, answer);
  }

  function merge(run: PlanRun, answer: SubgraphAnswer): void {
    addErrors(run, answer, path);
    if (!answer.data) return;
    const data = answer.isShared ? cloneJson(answer.data) : answer.data;
    if (rewrites.length > 0) applyRewrites(data, rewrites);
    if (path.length > 0) {
      for (const object of collectObjects(run.data, path)) mergeCopy(object, data);
    } else if (run.data === null) {
      run.data = data;
    } else {
      mergeObject(run.data, data);
    }
  }

  return fetchRoot;
}

function addErrors(run: PlanRun, answer: SubgraphAnswer, path: readonly PathSegment[]): void {
  const parent = path.flatMap((segment) => (segment.kind === "field" ? [segment.name] : []));
  for (const error of answer.errors) {
    run.errors.push({ ...error, path: [...parent, ...(error.path ?? [])] });
  }
}
