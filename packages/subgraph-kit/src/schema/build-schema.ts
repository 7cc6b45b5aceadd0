import { buildSubgraphSchema } from "@apollo/subgraph";
import { type GraphQLSchema, parse } from "graphql";
import type { Limiter } from "../limiter/limiter.ts";
import { type ReferenceResolver, resolveEntities } from "./entities.ts";
import { guardFields } from "./guard-fields.ts";

/** By type, then by field. `__resolveReferences` takes all references of a type, `__resolveReference` one. */
export type Resolvers = object;

export interface SchemaOptions {
  name: string;
  typeDefs: string;
  resolvers: Resolvers;
  limiter: Limiter;
  representationsMax: number;
}

export function buildSchema(options: SchemaOptions): GraphQLSchema {
  const { references, fields } = separateReferences(options.resolvers);
  const schema = buildSubgraphSchema({
    typeDefs: parse(options.typeDefs),
    resolvers: fields as never,
  });
  resolveEntities(schema, references, options.representationsMax);
  guardFields(schema, { subgraph: options.name, limiter: options.limiter });
  return schema;
}

interface ReferenceMembers {
  __resolveReferences?: Extract<ReferenceResolver, { batch: unknown }>["batch"];
  __resolveReference?: Extract<ReferenceResolver, { each: unknown }>["each"];
}

function separateReferences(resolvers: Resolvers): {
  references: Map<string, ReferenceResolver>;
  fields: Record<string, object>;
} {
  const references = new Map<string, ReferenceResolver>();
  const fields: Record<string, object> = {};
  for (const [type, members] of Object.entries(resolvers)) {
    const { __resolveReferences: batch, __resolveReference: each, ...others } = members as ReferenceMembers;
    if (batch) references.set(type, { batch });
    else if (each) references.set(type, { each });
    fields[type] = isScalar(members) ? members : others;
  }
  return { references, fields };
}

/** A GraphQLScalarType stands for itself; spreading it would lose its methods. */
function isScalar(members: object): boolean {
  return Object.getPrototypeOf(members) !== Object.prototype;
}
