import {
  type DirectiveNode,
  defaultFieldResolver,
  type GraphQLField,
  type GraphQLFieldResolver,
  type GraphQLObjectType,
  type GraphQLSchema,
  isObjectType,
  valueFromASTUntyped,
} from "graphql";
import { authorize } from "../context/authorize.ts";
import type { Role } from "../context/caller.ts";
import type { RequestContext } from "../context/request-context.ts";
import { kitErrors } from "../errors/kit-errors.ts";
import type { Limiter, LimitVerdict } from "../limiter/limiter.ts";

type Resolve = GraphQLFieldResolver<unknown, RequestContext>;

/** Puts `@auth` and `@rateLimit` in front of the resolvers of the fields that bear them; other fields stay as they are. */
export function guardFields(schema: GraphQLSchema, options: { subgraph: string; limiter: Limiter }): void {
  for (const type of Object.values(schema.getTypeMap())) {
    if (!isObjectType(type) || type.name.startsWith("__")) continue;
    for (const field of Object.values(type.getFields())) guardField(type, field, options);
  }
}

function guardField(
  type: GraphQLObjectType,
  field: GraphQLField<unknown, RequestContext>,
  { subgraph, limiter }: { subgraph: string; limiter: Limiter },
): void {
  const role = readArgument(field.astNode?.directives, "auth", "requires") ?? requiredByType(type);
  const limit = readArgument(field.astNode?.directives, "rateLimit", "limit");
  const duration = readArgument(field.astNode?.directives, "rateLimit", "duration");
  let resolve: Resolve = field.resolve ?? defaultFieldResolver;
  if (limit !== undefined) {
    const coordinate = `${subgraph}:${type.name}.${field.name}`;
    resolve = limited(resolve, {
      coordinate,
      limiter,
      limit: Number(limit),
      windowMs: Number(duration) * 1_000,
    });
  }
  // Outermost: who may not ask does not use up the limit.
  if (role !== undefined) resolve = authorized(resolve, role as Role);
  if (role !== undefined || limit !== undefined) field.resolve = resolve;
}

function authorized(resolve: Resolve, role: Role): Resolve {
  return (source, values, context, info) => {
    authorize(context, role);
    return resolve(source, values, context, info);
  };
}

function limited(
  resolve: Resolve,
  options: { coordinate: string; limiter: Limiter; limit: number; windowMs: number },
): Resolve {
  const { coordinate, limiter, limit, windowMs } = options;
  return (source, values, context, info) => {
    const { tenantId, userId = "" } = context.caller;
    // As JSON, since a tenant's name may hold whatever separates the parts.
    const key = JSON.stringify([coordinate, tenantId, userId]);
    const proceed = (verdict: LimitVerdict) => {
      if (verdict.allowed) return resolve(source, values, context, info);
      throw kitErrors.RATE_LIMITED({ retryAfterSeconds: Math.ceil(verdict.retryAfterMs / 1_000) });
    };
    const verdict = limiter.take({ key, limit, windowMs });
    return verdict instanceof Promise ? verdict.then(proceed) : proceed(verdict);
  };
}

function requiredByType({ astNode, extensionASTNodes }: GraphQLObjectType): string | undefined {
  const directives = [astNode, ...extensionASTNodes].flatMap((node) => node?.directives ?? []);
  return readArgument(directives, "auth", "requires");
}

function readArgument(
  directives: readonly DirectiveNode[] = [],
  directive: string,
  argument: string,
): string | undefined {
  const given = directives.find(({ name }) => name.value === directive)?.arguments;
  const value = given?.find(({ name }) => name.value === argument)?.value;
  return value && String(valueFromASTUntyped(value));
}
