import Ajv, { type ValidateFunction } from "ajv";

type Json = { [key: string]: unknown };

/** Checks values against the schemas of an OpenAPI 3.0 description. */
export function schemasOf(description: Json): (name: string) => ValidateFunction {
  const ajv = new Ajv({ strict: false, validateFormats: false, allErrors: true });
  const components = toJsonSchema(description.components) as Json;
  ajv.addSchema({ $id: "description", components });
  return (name) => ajv.compile({ $ref: `description#/components/schemas/${name}` });
}

/** OpenAPI 3.0 says `nullable` where JSON Schema has a type; a reference beside it stands alone. */
function toJsonSchema(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(toJsonSchema);
  if (typeof value !== "object" || value === null) return value;
  const schema = Object.fromEntries(
    Object.entries(value).map(([key, inner]) => [key, toJsonSchema(inner)]),
  ) as Json;
  if (schema.nullable !== true) return schema;
  const { nullable: _, ...rest } = schema;
  return { anyOf: [rest, { type: "null" }] };
}
