export type { CacheHint } from "./cache-control/policy.ts";
export type { Eventually, ReferencesResolver, Resolver, SourceOf } from "./codegen/resolver-types.ts";
export { authorize } from "./context/authorize.ts";
export {
  type Caller,
  type ContextHeaders,
  hasRole,
  type Role,
  roles,
  type VerifyContext,
} from "./context/caller.ts";
export { parseInput } from "./context/parse-input.ts";
export { currentContext, type RequestContext, requireContext } from "./context/request-context.ts";
export {
  createSubgraph,
  type Subgraph,
  type SubgraphLimits,
  type SubgraphOptions,
} from "./create-subgraph.ts";
export { kitErrors } from "./errors/kit-errors.ts";
export { ClientError, defineErrors, type ErrorDefinition, type ErrorRegistry } from "./errors/registry.ts";
export type { Limiter, LimitRequest, LimitVerdict } from "./limiter/limiter.ts";
export { createMemoryLimiter } from "./limiter/memory-limiter.ts";
export { defineLoader, groupedBy, inOrderOf, type Loader } from "./loaders/define-loader.ts";
export { type Connection, type Page, type PageRequest, readPage, toConnection } from "./paging/connection.ts";
export type { Resolvers } from "./schema/build-schema.ts";
export { kitDirectives } from "./schema/directives.ts";
export type { Representation } from "./schema/entities.ts";
export { dateTimeScalar, jsonScalar } from "./schema/scalars.ts";
export { type Listener, type ListenOptions, listen } from "./serve/listen.ts";
export { createLogger, type Logger } from "./telemetry/logger.ts";
export type { Metrics } from "./telemetry/metrics.ts";
