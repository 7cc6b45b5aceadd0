import { type GraphQLSchema, isEnumType } from "graphql";
import { mix } from "../hash.ts";
import type { SubgraphDefinition } from "./subgraph-definition.ts";

/** Values of scalars and enums, made from a hash. */
export class LeafValues {
  readonly #enumValues: ReadonlyMap<string, readonly string[]>;

  constructor(subgraphs: readonly SubgraphDefinition[], apiSchema: GraphQLSchema) {
    this.#enumValues = commonEnumValues(subgraphs, apiSchema);
  }

  value(typeName: string, hash: number): unknown {
    const values = this.#enumValues.get(typeName);
    if (values) return values[hash % values.length];
    if (typeName === "Int") return hash % 1000;
    if (typeName === "Float") return (hash % 4000) / 8;
    if (typeName === "Boolean") return hash % 2 === 0;
    if (typeName === "ID") return `i${hash.toString(36)}`;
    if (typeName === "String") return `s${hash.toString(36)}`;
    return customScalar(hash);
  }

  /** A value that no other object of the supergraph has. */
  keyValue(of: { typeName: string; hash: number; objectLabel: string; entityNumber: number }): unknown {
    if (of.typeName === "Int" || of.typeName === "Float") return of.entityNumber;
    if (of.typeName === "ID" || of.typeName === "String") return of.objectLabel;
    return this.value(of.typeName, of.hash);
  }
}

/** Any JSON will do for a scalar that nobody knows. */
function customScalar(hash: number): unknown {
  const detail = mix(hash, 7) % 100;
  const kinds = [`c${hash.toString(36)}`, detail, { detail, tags: ["a", "b"] }, [detail, "x", null], true];
  return kinds[hash % kinds.length];
}

function commonEnumValues(
  subgraphs: readonly SubgraphDefinition[],
  apiSchema: GraphQLSchema,
): Map<string, string[]> {
  const common = new Map<string, string[]>();
  for (const node of subgraphs.flatMap((subgraph) => subgraph.document.definitions)) {
    if (node.kind !== "EnumTypeDefinition") continue;
    const values = (node.values ?? []).map((value) => value.name.value);
    const known = common.get(node.name.value) ?? values;
    common.set(
      node.name.value,
      known.filter((value) => values.includes(value)),
    );
  }
  for (const [name, values] of common) {
    const type = apiSchema.getType(name);
    if (isEnumType(type))
      common.set(
        name,
        values.filter((value) => type.getValue(value)),
      );
  }
  return common;
}
