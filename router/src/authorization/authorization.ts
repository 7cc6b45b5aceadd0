import { type GraphQLSchema, print } from "graphql";
import { BoundedCache } from "../bounded-cache.ts";
import type { RouterConfig } from "../config/router-config.ts";
import { keepSelected } from "../execute/keep-selected.ts";
import { Selection } from "../execute/selection.ts";
import type { GraphqlError } from "../graphql-error.ts";
import type { JsonObject } from "../json.ts";
import type { Operation } from "../operation/operation.ts";
import { type OperationRules, prepareOperation } from "../operation/prepare-operation.ts";
import type { Supergraph } from "../supergraph/read-supergraph.ts";
import { collectDemands, type Demands } from "./collect-demands.ts";
import { filterOperation, type UnauthorizedPath } from "./filter-operation.ts";
import { type Guards, readGuards } from "./read-guards.ts";
import type { Held } from "./rule.ts";
import { trimUnauthorizedPath } from "./trim-unauthorized-path.ts";

/** What callers who hold the same get to see of one operation. */
export type View =
  | { kind: "whole" }
  | { kind: "nothing"; unauthorized: Unauthorized }
  | { kind: "part"; operation: Operation; unauthorized: Unauthorized };

export interface Unauthorized {
  paths: readonly UnauthorizedPath[];
  errors: readonly GraphqlError[];
}

/** The rules of a supergraph, applied to operations. */
export interface Authorization {
  /** Undefined, for good, where the operation touches nothing that is guarded. */
  guard(operation: Operation): GuardedOperation | undefined;
}

/** An operation that not everybody may see, with its views so far. */
export interface GuardedOperation {
  readonly demands: Demands;
  /** The same object again for callers who hold the same of what is asked for. */
  viewFor(caller: CallerRights): View;
}

export interface CallerRights {
  isAuthenticated: boolean;
  scopes: readonly string[];
  /** Each with whether it holds; whatever is not `true` does not. */
  policies: Readonly<Record<string, unknown>>;
}

/** Of one operation. Nobody has many more different rights than a service has roles. */
const viewsMax = 32;

/** Undefined where there is nothing to enforce. */
export function createAuthorization(
  { authorization: { directives } }: RouterConfig,
  { supergraph, schema }: { supergraph: Supergraph; schema: GraphQLSchema },
): Authorization | undefined {
  const guards = directives.enabled ? readGuards(supergraph.document) : undefined;
  if (!guards) return undefined;
  const viewOf = (operation: Operation, held: Held) =>
    createView(operation, { guards, held, directives, schema });

  return {
    guard(operation) {
      const demands = collectDemands(guards, operation);
      if (!demands) return undefined;
      const views = new BoundedCache<string, View>({ entriesMax: viewsMax });
      return {
        demands,
        viewFor(caller) {
          const key = writeKey(demands, caller);
          const known = views.get(key);
          if (known) return known;
          const view = viewOf(operation, holdOf(demands, caller));
          views.set(key, view);
          return view;
        },
      };
    },
  };
}

function holdOf(demands: Demands, { isAuthenticated, scopes, policies }: CallerRights): Held {
  return {
    authenticated: isAuthenticated,
    scopes: new Set(demands.scopes.filter((scope) => scopes.includes(scope))),
    policies: new Set(demands.policies.filter((policy) => policies[policy] === true)),
  };
}

/** One digit for each thing that is asked for: names may hold any character. */
function writeKey(demands: Demands, { isAuthenticated, scopes, policies }: CallerRights): string {
  let key = isAuthenticated ? "1" : "0";
  for (const scope of demands.scopes) key += scopes.includes(scope) ? "1" : "0";
  for (const policy of demands.policies) key += policies[policy] === true ? "1" : "0";
  return key;
}

interface ViewSurroundings {
  guards: Guards;
  held: Held;
  directives: RouterConfig["authorization"]["directives"];
  schema: GraphQLSchema;
}

function createView(operation: Operation, { guards, held, directives, schema }: ViewSurroundings): View {
  const { dryRun, rejectUnauthorized } = directives;
  const { document, paths } = filterOperation(operation, { guards, held, dryRun });
  if (paths.length === 0) return { kind: "whole" };
  if (!document || rejectUnauthorized) {
    return { kind: "nothing", unauthorized: { paths, errors: paths.map(unauthorizedError) } };
  }
  const { definition, fragments } = operation;
  const trimmed = paths.map((path) => trimUnauthorizedPath(path, definition.selectionSet, fragments));
  const unauthorized = { paths, errors: trimmed.map(unauthorizedErrorUnlessEmpty) };
  // A copy, since it has plans and answers of its own.
  if (dryRun) return { kind: "part", operation: { ...operation }, unauthorized };
  const filtered = prepareFiltered(print(document), operation, schema);
  return { kind: "part", operation: filtered, unauthorized };
}

/** It is smaller than what has passed all limits already. */
const noLimits: OperationRules["limits"] = {
  parserMaxTokens: Number.POSITIVE_INFINITY,
  parserMaxRecursion: Number.POSITIVE_INFINITY,
  maxDepth: undefined,
  maxHeight: undefined,
  maxRootFields: undefined,
  maxAliases: undefined,
  maxRecursiveSelections: Number.POSITIVE_INFINITY,
  warnOnly: false,
};

/** Planned and executed as what is left, but answered in the shape of the whole: what was taken out is null. */
function prepareFiltered(text: string, whole: Operation, schema: GraphQLSchema): Operation {
  const prepared = prepareOperation(text, undefined, {
    schema,
    limits: noLimits,
    reportsCoercionErrors: false,
    warn() {},
  });
  if (prepared.kind === "refused") {
    throw new Error(`a filtered operation is not valid: ${prepared.refusal.errors[0]?.message}\n${text}`);
  }
  const { operation } = prepared;
  const { fragments, definition, rootTypeName } = operation;
  const selection = Selection.ofOperation({ schema, fragments }, definition.selectionSet);
  const keep = (data: JsonObject) => keepSelected(data, { schema, selection, rootTypeName });
  return {
    ...operation,
    text: whole.text,
    complete: (data, variables) => whole.complete(data && keep(data), variables),
  };
}

/** What is cut to nothing stands nowhere. */
function unauthorizedErrorUnlessEmpty(path: UnauthorizedPath): GraphqlError {
  const { path: _nowhere, ...bare } = unauthorizedError(path);
  return path.length === 0 ? bare : unauthorizedError(path);
}

function unauthorizedError(path: UnauthorizedPath): GraphqlError {
  return {
    message: "Unauthorized field or type",
    path,
    extensions: { code: "UNAUTHORIZED_FIELD_OR_TYPE" },
  };
}
