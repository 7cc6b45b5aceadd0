import type { GraphQLResolveInfo } from "graphql";

/** What the generated types of every subgraph are made of. */
export type Eventually<T> = T | Promise<T>;

export type Resolver<Source, Values, Context, Result> = (
  source: Source,
  values: Values,
  context: Context,
  info: GraphQLResolveInfo,
) => Eventually<Result>;

/** As many answers as references, in their order; an Error fails its own place alone. */
export type ReferencesResolver<Reference, Context, Result> = (
  references: readonly Reference[],
  context: Context,
) => Eventually<readonly (Result | Error | null | undefined)[]>;

/** What a type's resolvers are given: what the subgraph says it is, such as a row, or else the type's own fields. */
export type SourceOf<Name extends keyof Defaults, Sources, Defaults> = Name extends keyof Sources
  ? Sources[Name]
  : Defaults[Name];
