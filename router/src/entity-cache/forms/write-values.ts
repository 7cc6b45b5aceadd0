import { type ArgumentNode, Kind, type ValueNode } from "graphql";
import { isJsonObject, type JsonObject, type JsonValue } from "../../json.ts";

/** In the order of their names; one that is left out, or a variable without a value, is not there. */
export function writeArguments(nodes: readonly ArgumentNode[] | undefined, variables: JsonObject): string {
  if (!nodes || nodes.length === 0) return "";
  const parts = nodes.flatMap(({ name, value }) => {
    const resolved = resolveValue(value, variables);
    return resolved === undefined ? [] : [`${name.value}:${writeSorted(resolved)}`];
  });
  return parts.length === 0 ? "" : `(${parts.sort().join(",")})`;
}

export function resolveValue(node: ValueNode, variables: JsonObject): JsonValue | undefined {
  switch (node.kind) {
    case Kind.VARIABLE:
      return variables[node.name.value];
    case Kind.INT:
    case Kind.FLOAT:
      // Two large numbers must not become one.
      return String(Number(node.value)) === node.value ? Number(node.value) : `#${node.value}`;
    case Kind.NULL:
      return null;
    case Kind.LIST:
      return node.values.map((item) => resolveValue(item, variables) ?? null);
    case Kind.OBJECT:
      return Object.fromEntries(
        node.fields.flatMap(({ name, value }) => {
          const resolved = resolveValue(value, variables);
          return resolved === undefined ? [] : [[name.value, resolved]];
        }),
      );
    default:
      return node.value;
  }
}

/** JSON that is the same for objects whose keys stand in another order. */
export function writeSorted(value: JsonValue): string {
  if (Array.isArray(value)) return `[${value.map(writeSorted).join(",")}]`;
  if (!isJsonObject(value)) return JSON.stringify(value);
  const parts = Object.keys(value)
    .sort()
    .map((key) => `${JSON.stringify(key)}:${writeSorted(value[key]!)}`);
  return `{${parts.join(",")}}`;
}
