import { type GraphQLSchema, isObjectType, isUnionType } from "graphql";
import { kitErrors } from "../errors/kit-errors.ts";

export type Representation = { __typename: string } & Record<string, unknown>;

/** One of `batch` for all representations of a type in a request, or `each` for one after the other. */
export type ReferenceResolver =
  | {
      batch: (
        references: readonly never[],
        context: never,
      ) => Promise<readonly unknown[]> | readonly unknown[];
    }
  | { each: (reference: never, context: never) => unknown };

/** What `_entities` found, as a type's object: rows need no `__typename` of their own and may be frozen. */
const typeNames = new WeakMap<object, string>();

/**
 * Answers `_entities` by type: one call for all representations of it. A representation that fails is an error of its
 * own place, and the others still answer.
 */
export function resolveEntities(
  schema: GraphQLSchema,
  resolvers: ReadonlyMap<string, ReferenceResolver>,
  representationsMax: number,
): void {
  const entity = schema.getType("_Entity");
  const field = schema.getQueryType()?.getFields()._entities;
  if (!isUnionType(entity) || !field) return;
  entity.resolveType = (value) => typeNames.get(value) ?? value.__typename;
  field.resolve = (_source, { representations }: { representations: Representation[] }, context) => {
    if (representations.length > representationsMax)
      throw kitErrors.BATCH_TOO_LARGE({ max: representationsMax });
    const groups = groupByType(representations);
    const results = new Array<unknown>(representations.length).fill(null);
    const work = [...groups].map(async ([name, places]) => {
      const references = places.map((place) => representations[place] as Representation);
      const found = await resolveType({ schema, name, references, resolver: resolvers.get(name), context });
      places.forEach((place, index) => {
        results[place] = nameType(found[index], name);
      });
    });
    return Promise.all(work).then(() => results);
  };
}

function groupByType(representations: readonly Representation[]): Map<string, number[]> {
  const groups = new Map<string, number[]>();
  representations.forEach(({ __typename }, place) => {
    const places = groups.get(__typename);
    if (places) places.push(place);
    else groups.set(__typename, [place]);
  });
  return groups;
}

async function resolveType(options: {
  schema: GraphQLSchema;
  name: string;
  references: readonly Representation[];
  resolver: ReferenceResolver | undefined;
  context: unknown;
}): Promise<readonly unknown[]> {
  const { schema, name, references, resolver, context } = options;
  if (!isObjectType(schema.getType(name))) return failAll(references, new Error(`no entity type ${name}`));
  // A type without a resolver is what its representation says, as Apollo's subgraph has it.
  if (!resolver) return references;
  if ("each" in resolver)
    return Promise.all(references.map((reference) => resolveOne(resolver, reference, context)));
  try {
    const found = await resolver.batch(references as readonly never[], context as never);
    if (found.length === references.length) return found;
    return failAll(
      references,
      new Error(`${name} answered ${found.length} of ${references.length} references`),
    );
  } catch (error) {
    return failAll(references, asError(error));
  }
}

async function resolveOne(
  { each }: { each: (reference: never, context: never) => unknown },
  reference: Representation,
  context: unknown,
): Promise<unknown> {
  try {
    return await each(reference as never, context as never);
  } catch (error) {
    return asError(error);
  }
}

function failAll(references: readonly Representation[], error: Error): Error[] {
  return references.map(() => error);
}

function nameType(value: unknown, name: string): unknown {
  if (typeof value === "object" && value !== null && !(value instanceof Error)) typeNames.set(value, name);
  return value ?? null;
}

function asError(error: unknown): Error {
  return error instanceof Error ? error : new Error(String(error));
}
