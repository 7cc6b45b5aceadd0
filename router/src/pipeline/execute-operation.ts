import { trimErrorPaths } from "../execute/error-paths.ts";
import type { PlanRun, Step } from "../execute/plan-run.ts";
import type { JsonObject } from "../json.ts";
import type { Operation } from "../operation/operation.ts";
import type { Answer } from "./answer.ts";
import type { Exchange } from "./exchange.ts";
import type { GraphqlRequest } from "./read-graphql-request.ts";

export interface Execution {
  operation: Operation;
  variables: JsonObject;
  graphqlRequest: GraphqlRequest;
  step: Step;
}

/** Runs the plan and brings what the subgraphs answered into the client's shape. */
export async function executeOperation(exchange: Exchange, execution: Execution): Promise<Answer> {
  const { pipeline, observer } = exchange;
  const { operation, variables, step } = execution;
  const executing = observer.stage("execution");
  const run: PlanRun = {
    variables,
    data: null,
    errors: [],
    callSubgraph: pipeline.callerFor({
      sources: { headers: exchange.request.headers, body: bodyOf(execution), context: exchange.context },
      observer,
      deadlineMs: exchange.deadlineMs,
      signal: exchange.abort?.signal,
    }),
  };
  const pending = step(run);
  if (pending) await pending;
  executing.end();

  const formatting = observer.stage("format_response");
  const completed = operation.complete(run.data, variables);
  const errors = trimErrorPaths(run.errors, {
    selectionSet: operation.definition.selectionSet,
    fragments: operation.fragments,
  });
  if (pipeline.config.supergraph.enableResultCoercionErrors) errors.push(...completed.coercionErrors);
  formatting.end();
  const { valueCompletion } = completed;
  return {
    status: 200,
    data: completed.data,
    errors,
    // The cast holds: these errors have messages and paths only.
    ...(valueCompletion.length > 0 && {
      extensions: { valueCompletion: valueCompletion as unknown as JsonObject[] },
    }),
  };
}

function bodyOf({ graphqlRequest: { query, operationName, variables, extensions } }: Execution): JsonObject {
  return {
    query: query ?? null,
    ...(operationName !== undefined && { operationName }),
    variables,
    extensions,
  };
}
