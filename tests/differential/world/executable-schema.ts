import {
  buildASTSchema,
  type DefinitionNode,
  type DocumentNode,
  type GraphQLSchema,
  Kind,
  parse,
  type TypeDefinitionNode,
  visit,
} from "graphql";
import type { SubgraphDefinition } from "./subgraph-definition.ts";

const FEDERATION_SCALARS = new Set(["_Any", "FieldSet", "_FieldSet", "federation__FieldSet", "link__Import"]);

/** A subgraph's schema as its server has it: extensions merged, directives gone, `_entities` added. */
export function subgraphSchema(definition: SubgraphDefinition): GraphQLSchema {
  const merged = mergeExtensions(definition.document);
  const entityNames = [...definition.types.values()]
    .filter((type) => type.kind === "object" && (type.keys.length > 0 || implementsEntity(definition, type)))
    .map((type) => type.name);
  const queryName = [...definition.rootNames].findLast(
    ([local, root]) => root === "Query" && merged.has(local),
  )?.[0];
  const added = entityDefinitions(entityNames, queryName, merged);
  const definitions = [...merged.values(), ...added];
  const document: DocumentNode = {
    kind: Kind.DOCUMENT,
    definitions: [...definitions, ...rootDefinition(definition, merged)],
  };
  return buildASTSchema(document, { assumeValid: true, assumeValidSDL: true });
}

function implementsEntity(
  definition: SubgraphDefinition,
  type: { interfaces: ReadonlySet<string> },
): boolean {
  return [...type.interfaces].some((name) => (definition.types.get(name)?.keys.length ?? 0) > 0);
}

function mergeExtensions(document: DocumentNode): Map<string, TypeDefinitionNode> {
  const bare = visit(document, { Directive: () => null });
  const types = new Map<string, TypeDefinitionNode>();
  for (const node of bare.definitions) {
    const type = asTypeDefinition(node);
    if (!type || FEDERATION_SCALARS.has(type.name.value)) continue;
    const known = types.get(type.name.value);
    types.set(type.name.value, known ? mergeTypes(known, type) : type);
  }
  return types;
}

function asTypeDefinition(node: DefinitionNode): TypeDefinitionNode | undefined {
  if (!node.kind.match(/Type(Definition|Extension)$/) || !("name" in node)) return undefined;
  return { ...node, kind: node.kind.replace("Extension", "Definition") } as TypeDefinitionNode;
}

function mergeTypes(left: TypeDefinitionNode, right: TypeDefinitionNode): TypeDefinitionNode {
  const merged: Record<string, unknown> = { ...left };
  for (const part of ["fields", "interfaces", "types", "values"] as const) {
    const parts = [left, right].flatMap((node) => (part in node ? (node as never)[part] : [])) as unknown[];
    if (parts.length > 0) merged[part] = parts;
  }
  return merged as unknown as TypeDefinitionNode;
}

function entityDefinitions(
  entityNames: readonly string[],
  queryName: string | undefined,
  merged: Map<string, TypeDefinitionNode>,
): DefinitionNode[] {
  if (entityNames.length === 0 && queryName) return [];
  const entities =
    entityNames.length === 0
      ? ""
      : `scalar _Any union _Entity = ${entityNames.join(" | ")} extend type Query { _entities(representations: [_Any!]!): [_Entity]! }`;
  const text = `${entities} extend type Query { _service: String }`;
  const added: DefinitionNode[] = [];
  for (const node of parse(text, { noLocation: true }).definitions) {
    if (node.kind !== Kind.OBJECT_TYPE_EXTENSION) added.push(node);
    else addQueryFields({ node, queryName: queryName ?? "Query", merged });
  }
  return added;
}

function addQueryFields(add: {
  node: DefinitionNode;
  queryName: string;
  merged: Map<string, TypeDefinitionNode>;
}): void {
  const extension = asTypeDefinition(add.node)!;
  const known = add.merged.get(add.queryName);
  const named = { ...extension, name: { kind: Kind.NAME, value: add.queryName } } as TypeDefinitionNode;
  add.merged.set(add.queryName, known ? mergeTypes(known, named) : named);
}

function rootDefinition(
  definition: SubgraphDefinition,
  merged: Map<string, TypeDefinitionNode>,
): DefinitionNode[] {
  const roots = new Map(
    [...definition.rootNames].filter(([local]) => merged.has(local)).map(([l, r]) => [r, l]),
  );
  const operations = [...roots].map(([root, local]) => `${root.toLowerCase()}: ${local}`);
  return [...parse(`schema { ${operations.join(" ")} }`, { noLocation: true }).definitions];
}
