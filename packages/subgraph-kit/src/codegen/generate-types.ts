import { buildSubgraphSchema } from "@apollo/subgraph";
import {
  type GraphQLArgument,
  type GraphQLField,
  type GraphQLInputField,
  type GraphQLInputType,
  type GraphQLNamedType,
  type GraphQLObjectType,
  type GraphQLOutputType,
  type GraphQLSchema,
  isAbstractType,
  isCompositeType,
  isEnumType,
  isInputObjectType,
  isListType,
  isNonNullType,
  isObjectType,
  isScalarType,
  isSpecifiedScalarType,
  parse,
} from "graphql";
import { readKeys, readRequired } from "./read-keys.ts";

/** The TypeScript that a subgraph's resolvers are checked against, from its schema.graphql. */
export function generateTypes(typeDefs: string): string {
  const schema = buildSubgraphSchema({ typeDefs: parse(typeDefs) });
  const types = Object.values(schema.getTypeMap()).filter(isOwn);
  const parts = [
    ...types.flatMap((type) => writeValueType(type)),
    ...types.filter(isObjectType).flatMap(writeReference),
    writeSources(types),
    writeResolvers(schema, types),
  ];
  const body = parts.join("\n\n");
  const imported = ["Eventually", "ReferencesResolver", "Resolver", "SourceOf"].filter((name) =>
    new RegExp(`\\b${name}<`).test(body),
  );
  const graphqlImport = /\bGraphQLScalarType\b/.test(body)
    ? 'import type { GraphQLScalarType } from "graphql";\n'
    : "";
  return `// Written by \`npm run codegen\` from schema.graphql.
import type { ${imported.join(", ")} } from "@mycelium/subgraph-kit";
${graphqlImport}
${body}
`;
}

const federationNames = /^(__|_Any$|_Entity$|_Service$|link__|federation__|CacheControlScope$|Role$)/;

function isOwn(type: GraphQLNamedType): boolean {
  return !federationNames.test(type.name) && !isSpecifiedScalarType(type);
}

function writeValueType(type: GraphQLNamedType): string[] {
  if (isEnumType(type)) {
    const values = type.getValues().map(({ name }) => JSON.stringify(name));
    return [`export type ${type.name} = ${values.join(" | ")};`];
  }
  if (isInputObjectType(type)) {
    return [`export interface ${type.name} ${block(Object.values(type.getFields()).map(writeInput))}`];
  }
  return [];
}

function writeInput({ name, type, defaultValue }: GraphQLArgument | GraphQLInputField): string {
  const optional = !isNonNullType(type) && defaultValue === undefined;
  return `${name}${optional ? "?" : ""}: ${inputType(type)};`;
}

function inputType(type: GraphQLInputType): string {
  if (isNonNullType(type)) return plainInputType(type.ofType);
  return `${plainInputType(type)} | null`;
}

function plainInputType(type: GraphQLInputType): string {
  if (isListType(type)) return `readonly (${inputType(type.ofType)})[]`;
  if (isScalarType(type)) return scalarTypes[type.name]?.input ?? "unknown";
  return (type as GraphQLNamedType).name;
}

const scalarTypes: Readonly<Record<string, { input: string; output: string }>> = {
  ID: { input: "string", output: "string | number" },
  String: { input: "string", output: "string" },
  Int: { input: "number", output: "number" },
  Float: { input: "number", output: "number" },
  Boolean: { input: "boolean", output: "boolean" },
  DateTime: { input: "Date", output: "Date | string" },
};

function writeReference(type: GraphQLObjectType): string[] {
  const keys = readKeys(type);
  if (keys.length === 0) return [];
  const several = keys.length > 1;
  const fields = [...new Set(keys.flat())].map((name) => {
    const field = type.getFields()[name];
    const value =
      field && !isCompositeType(named(field.type)) ? inputType(field.type as GraphQLInputType) : "unknown";
    return `${name}${several ? "?" : ""}: ${value};`;
  });
  const required = readRequired(type).filter((name) => !keys.flat().includes(name));
  const members = [`__typename: "${type.name}";`, ...fields, ...required.map((name) => `${name}?: unknown;`)];
  return [`export interface ${type.name}Reference ${block(members)}`];
}

function writeSources(types: readonly GraphQLNamedType[]): string {
  const members = types.filter(isObjectType).map((type) => {
    if (isRoot(type)) return `${type.name}: unknown;`;
    return `${type.name}: ${block(Object.values(type.getFields()).map(writeSourceField))};`;
  });
  return `export interface Sources ${block(members)}`;
}

/** What resolvers usually fill in may be missing from the source. */
function writeSourceField(field: GraphQLField<unknown, unknown>): string {
  const resolved = field.args.length > 0 || isCompositeType(named(field.type)) || !isNonNullType(field.type);
  return `${field.name}${resolved ? "?" : ""}: ${sourceType(field.type, (name) => `Sources["${name}"]`)};`;
}

function writeResolvers(schema: GraphQLSchema, types: readonly GraphQLNamedType[]): string {
  const members = types.flatMap((type) => {
    if (isScalarType(type)) return [`${type.name}?: GraphQLScalarType;`];
    if (isAbstractType(type)) {
      return [`${type.name}?: { __resolveType: (value: ${possibleSources(schema, type.name)}) => string };`];
    }
    if (!isObjectType(type)) return [];
    const fields = Object.values(type.getFields()).filter(({ name }) => !name.startsWith("_"));
    return [
      `${type.name}?: ${block([...writeReferenceResolver(type), ...fields.map((field) => writeField(type, field))])};`,
    ];

    function writeField(parent: GraphQLObjectType, field: GraphQLField<unknown, unknown>): string {
      const values = field.args.length > 0 ? `{ ${field.args.map(writeInput).join(" ")} }` : "object";
      const result = sourceType(field.type, sourceOf);
      return `${field.name}?: Resolver<${sourceOf(parent.name)}, ${values}, Context, ${result}>;`;
    }

    function sourceOf(name: string): string {
      return possibleSources(schema, name);
    }
  });
  return `export interface Resolvers<Context, Own = object> ${block(members)}`;
}

function writeReferenceResolver(type: GraphQLObjectType): string[] {
  if (readKeys(type).length === 0) return [];
  const source = `SourceOf<"${type.name}", Own, Sources>`;
  return [
    `__resolveReferences?: ReferencesResolver<${type.name}Reference, Context, ${source}>;`,
    `__resolveReference?: (reference: ${type.name}Reference, context: Context) => Eventually<${source} | null | undefined>;`,
  ];
}

function possibleSources(schema: GraphQLSchema, name: string): string {
  const type = schema.getType(name);
  const names = isAbstractType(type)
    ? schema.getPossibleTypes(type).map((possible) => possible.name)
    : [name];
  return names.map((each) => `SourceOf<"${each}", Own, Sources>`).join(" | ");
}

function sourceType(type: GraphQLOutputType, sourceOf: (name: string) => string): string {
  if (isNonNullType(type)) return plainSourceType(type.ofType, sourceOf);
  return `${plainSourceType(type, sourceOf)} | null | undefined`;
}

function plainSourceType(type: GraphQLOutputType, sourceOf: (name: string) => string): string {
  if (isListType(type)) return `readonly (${sourceType(type.ofType, sourceOf)} | Error)[]`;
  if (isScalarType(type)) return scalarTypes[type.name]?.output ?? "unknown";
  if (isEnumType(type)) return type.name;
  return sourceOf((type as GraphQLNamedType).name);
}

function named(type: GraphQLOutputType): GraphQLNamedType {
  let inner: GraphQLOutputType = type;
  while (isNonNullType(inner) || isListType(inner)) inner = inner.ofType;
  return inner as GraphQLNamedType;
}

function isRoot({ name }: GraphQLObjectType): boolean {
  return name === "Query" || name === "Mutation" || name === "Subscription";
}

function block(lines: readonly string[]): string {
  if (lines.length === 0) return "{}";
  return `{\n${lines.map((line) => `  ${line.replaceAll("\n", "\n  ")}`).join("\n")}\n}`;
}
