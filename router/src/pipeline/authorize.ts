import { contextKeys } from "../auth/context-keys.ts";
import type { CallerRights, GuardedOperation, Unauthorized } from "../authorization/authorization.ts";
import { errorCodes } from "../graphql-error.ts";
import type { JsonValue } from "../json.ts";
import type { Operation } from "../operation/operation.ts";
import { type Answer, answerWith, next, type Staged } from "./answer.ts";
import type { Exchange } from "./exchange.ts";
import type { Pipeline } from "./pipeline.ts";
import type { PlanState, ResolvedOperation } from "./resolved-operation.ts";

/** What a caller gets to see of an operation, with plans of its own. */
export interface AuthorizedOperation {
  operation: Operation;
  plans: Map<string, PlanState>;
  unauthorized: Unauthorized | undefined;
}

/** Writes down what an operation asks of its caller, for a coprocessor to answer which policies hold. */
export function announceDemands({ context }: Exchange, { demands }: GuardedOperation): void {
  const { authenticated, scopes, policies } = demands;
  if (authenticated) context.set(contextKeys.authenticationRequired, true);
  if (scopes.length > 0) context.set(contextKeys.requiredScopes, scopes);
  if (policies.length > 0) {
    // What a coprocessor has answered stays, where it has also changed the operation.
    const answered = readPolicies(context.get(contextKeys.requiredPolicies));
    const asked = policies.map((policy) => [policy, answered[policy] ?? null]);
    context.set(contextKeys.requiredPolicies, Object.fromEntries(asked));
  }
}

/** Takes out what the caller may not see, before anything is planned: no subgraph is asked for it. */
export function authorize(
  exchange: Exchange,
  { operation, plans, guarded, viewPlans }: ResolvedOperation,
): Staged<AuthorizedOperation> {
  if (!guarded) return next({ operation, plans, unauthorized: undefined });
  const view = guarded.viewFor(rightsOf(exchange));
  count(exchange, guarded, view.kind !== "whole");
  if (view.kind === "whole") return next({ operation, plans, unauthorized: undefined });
  const { unauthorized } = view;
  logUnauthorized(exchange, unauthorized);
  if (view.kind === "nothing") {
    return answerWith(tellUnauthorized(exchange.pipeline, { status: 200, data: null }, unauthorized));
  }
  if (exchange.pipeline.config.authorization.directives.errors.response === "errors") {
    exchange.observer.graphqlErrors(errorCodes(unauthorized.errors));
  }
  const known = viewPlans.get(view.operation) ?? new Map<string, PlanState>();
  viewPlans.set(view.operation, known);
  return next({ operation: view.operation, plans: known, unauthorized });
}

/** Says in the answer what was taken out, where the configuration wants that said. */
export function tellUnauthorized({ config }: Pipeline, answer: Answer, { errors }: Unauthorized): Answer {
  switch (config.authorization.directives.errors.response) {
    case "errors":
      return { ...answer, errors: [...(answer.errors ?? []), ...errors] };
    case "extensions":
      // The cast holds: these errors are plain JSON.
      return {
        ...answer,
        extensions: { ...answer.extensions, authorizationErrors: errors as unknown as JsonValue[] },
      };
    case "disabled":
      return answer;
  }
}

function rightsOf({ context, caller }: Exchange): CallerRights {
  return {
    isAuthenticated: context.has(contextKeys.claims),
    scopes: caller.scopes,
    policies: readPolicies(context.get(contextKeys.requiredPolicies)),
  };
}

function readPolicies(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null ? (value as Record<string, unknown>) : {};
}

function count({ pipeline }: Exchange, { demands }: GuardedOperation, isFiltered: boolean): void {
  const needsScopes = demands.scopes.length > 0;
  if (!demands.authenticated && !needsScopes) return;
  pipeline.telemetry.meters.operationGuarded({
    isFiltered,
    needsAuthenticated: demands.authenticated,
    needsScopes,
  });
}

function logUnauthorized({ pipeline }: Exchange, { paths }: Unauthorized): void {
  if (!pipeline.config.authorization.directives.errors.log) return;
  const unauthorized = paths.map((path) => path.map((step) => `/${step}`).join(""));
  pipeline.telemetry.logger.error({ unauthorized_query_paths: unauthorized }, "Authorization error");
}
