import { readFileSync } from "node:fs";
import {
  buildSchema,
  defaultFieldResolver,
  type GraphQLFieldResolver,
  type GraphQLSchema,
  isObjectType,
} from "graphql";
import { RegistryError } from "../caller.ts";

/** The registry's API. What it did not foresee is told to its log and not to whoever asked. */
export function executableSchema(onFault: (error: unknown) => void): GraphQLSchema {
  const schema = buildSchema(readFileSync(new URL("./schema.graphql", import.meta.url), "utf8"));
  const resolve: GraphQLFieldResolver<unknown, unknown> = async (...question) => {
    try {
      return await defaultFieldResolver(...question);
    } catch (error) {
      if (error instanceof RegistryError) throw error;
      onFault(error);
      throw new Error("The registry failed: its log says why");
    }
  };
  const types = Object.values(schema.getTypeMap()).filter((type) => !type.name.startsWith("__"));
  for (const type of types.filter(isObjectType)) {
    for (const field of Object.values(type.getFields())) field.resolve = resolve;
  }
  return schema;
}
