import type { Schema, Shape } from "./schema.ts";

export type JsonSchema = Record<string, unknown>;

/** The whole schema in JSON Schema's terms, for editors. */
export function printJsonSchema(root: Schema, title: string): JsonSchema {
  const printer = new JsonSchemaPrinter();
  const { default: _, ...printed } = printer.print(root);
  return {
    $schema: "http://json-schema.org/draft-07/schema#",
    title,
    ...printed,
    definitions: printer.definitions,
  };
}

class JsonSchemaPrinter {
  readonly definitions: Record<string, JsonSchema> = {};

  print(schema: Schema): JsonSchema {
    const { definition, description, nullable, presence } = schema.traits;
    const shape =
      definition === undefined ? this.printShape(schema.shape) : this.refer(definition, schema.shape);
    const core = nullable ? orNull(shape) : shape;
    const notes = {
      ...(description === undefined ? {} : { description }),
      ...(presence.kind === "default" ? { default: presence.input } : {}),
    };
    // Beside `$ref` draft 07 reads nothing else.
    return "$ref" in core && Object.keys(notes).length > 0
      ? { allOf: [core], ...notes }
      : { ...core, ...notes };
  }

  private refer(definition: string, shape: Shape): JsonSchema {
    if (!(definition in this.definitions)) {
      // Named before it is printed, so that what contains itself comes to an end.
      this.definitions[definition] = {};
      this.definitions[definition] = this.printShape(shape);
    }
    return { $ref: `#/definitions/${definition}` };
  }

  private printShape(shape: Shape): JsonSchema {
    switch (shape.kind) {
      case "object": {
        const fields = Object.entries(shape.fields);
        const required = fields
          .filter(([, field]) => field.traits.presence.kind === "required")
          .map(([key]) => key);
        return {
          type: "object",
          ...(fields.length > 0
            ? { properties: Object.fromEntries(fields.map(([key, field]) => [key, this.print(field)])) }
            : {}),
          ...(required.length > 0 ? { required } : {}),
          additionalProperties: shape.rest === undefined ? false : this.print(shape.rest),
        };
      }
      case "list":
        return {
          type: "array",
          items: this.print(shape.item),
          ...(shape.itemsMin > 0 ? { minItems: shape.itemsMin } : {}),
          ...(Number.isFinite(shape.itemsMax) ? { maxItems: shape.itemsMax } : {}),
          ...(shape.unique ? { uniqueItems: true } : {}),
        };
      case "union":
        return { anyOf: shape.alternatives.map((alternative) => this.print(alternative)) };
      case "enum":
        return { type: "string", enum: shape.values };
      case "scalar":
        return { ...shape.jsonSchema };
      case "lazy":
        return this.print(shape.get());
      case "any":
        return {};
    }
  }
}

function orNull(schema: JsonSchema): JsonSchema {
  return typeof schema.type === "string" && !("enum" in schema)
    ? { ...schema, type: [schema.type, "null"] }
    : { anyOf: [schema, { type: "null" }] };
}
