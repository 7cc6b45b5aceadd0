import {
  buildASTSchema,
  type DefinitionNode,
  type DirectiveDefinitionNode,
  type DirectiveNode,
  type DocumentNode,
  GraphQLOneOfDirective,
  GraphQLSchema,
  Kind,
  type NamedTypeNode,
  parse,
  type TypeNode,
} from "graphql";
import { readLinks } from "./links.ts";

/**
 * What clients see: the supergraph without the machinery of its core features (`join__*`, `link__*` …)
 * and without everything `@inaccessible`.
 */
export function buildApiSchema(
  supergraph: DocumentNode,
  { offersDefer }: { offersDefer: boolean },
): GraphQLSchema {
  const features = readFeatures(supergraph);
  const inaccessible = features.directiveName("inaccessible");
  const visible = supergraph.definitions.filter(
    (definition) => !features.owns(definition) && !hasDirective(definition, inaccessible),
  );
  const hiddenTypes = hiddenTypeNames(supergraph, visible);
  const definitions = visible.flatMap((definition) =>
    stripDefinition(definition, { inaccessible, hiddenTypes }),
  );
  if (offersDefer) definitions.push(...deferDefinition.definitions);
  const schema = buildASTSchema({ kind: Kind.DOCUMENT, definitions }, { assumeValidSDL: true });
  // graphql-js adds it to every schema. Composition knows no such directive, so no type of a supergraph carries it.
  return new GraphQLSchema({
    ...schema.toConfig(),
    directives: schema.getDirectives().filter((directive) => directive !== GraphQLOneOfDirective),
    assumeValid: true,
  });
}

const deferDefinition = parse(
  "directive @defer(label: String, if: Boolean! = true) on FRAGMENT_SPREAD | INLINE_FRAGMENT",
  { noLocation: true },
);

interface Features {
  owns(definition: DefinitionNode): boolean;
  /** How a federation directive is spelled in this supergraph. */
  directiveName(name: string): string;
}

const specifiedDirectives = new Set([
  "skip",
  "include",
  "deprecated",
  "specifiedBy",
  "oneOf",
  "defer",
  "stream",
]);
const keptApplications = new Set(["deprecated", "specifiedBy", "oneOf"]);

function readFeatures(supergraph: DocumentNode): Features {
  const prefixes = new Set(["join", "link", "core"]);
  const directiveNames = new Set(["link", "core"]);
  const spelling = new Map<string, string>();
  for (const { name, prefix, imports } of readLinks(supergraph)) {
    prefixes.add(prefix);
    directiveNames.add(prefix);
    spelling.set(name, prefix);
    for (const [imported, as] of imports) {
      if (!imported.startsWith("@")) continue;
      directiveNames.add(as.slice(1));
      spelling.set(imported.slice(1), as.slice(1));
    }
  }
  const isFeatureName = (name: string) => prefixes.has(name.split("__")[0] ?? "") && name.includes("__");
  return {
    owns(definition) {
      if (definition.kind === "DirectiveDefinition") {
        const name = definition.name.value;
        return (
          directiveNames.has(name) ||
          isFeatureName(name) ||
          specifiedDirectives.has(name) ||
          !isExecutable(definition)
        );
      }
      return "name" in definition && definition.name !== undefined && isFeatureName(definition.name.value);
    },
    directiveName: (name) => spelling.get(name) ?? name,
  };
}

function isExecutable(definition: DirectiveDefinitionNode): boolean {
  return definition.locations.some((location) => executableLocations.has(location.value));
}

const executableLocations = new Set([
  "QUERY",
  "MUTATION",
  "SUBSCRIPTION",
  "FIELD",
  "FRAGMENT_DEFINITION",
  "FRAGMENT_SPREAD",
  "INLINE_FRAGMENT",
  "VARIABLE_DEFINITION",
]);

function hasDirective(
  node: { readonly directives?: readonly DirectiveNode[] } | DefinitionNode,
  name: string,
): boolean {
  const directives = "directives" in node ? node.directives : undefined;
  return directives?.some((directive) => directive.name.value === name) ?? false;
}

function hiddenTypeNames(supergraph: DocumentNode, visible: readonly DefinitionNode[]): Set<string> {
  const shown = new Set(visible);
  return new Set(
    supergraph.definitions.flatMap((definition) =>
      !shown.has(definition) &&
      "name" in definition &&
      definition.name &&
      definition.kind !== "DirectiveDefinition"
        ? [definition.name.value]
        : [],
    ),
  );
}

interface Strip {
  inaccessible: string;
  hiddenTypes: ReadonlySet<string>;
}

// Casts below: spreading a node keeps its kind, which TypeScript cannot see through the union.
function stripDefinition(definition: DefinitionNode, strip: Strip): DefinitionNode[] {
  const bare = stripDirectives(definition as DefinitionNode & Stripped);
  switch (bare.kind) {
    case "ObjectTypeDefinition":
    case "InterfaceTypeDefinition":
      return [
        {
          ...bare,
          interfaces: keepNamed(bare.interfaces, strip),
          fields: keepMembers(bare.fields, strip).map((field) => ({
            ...field,
            arguments: keepMembers(field.arguments, strip),
          })),
        } as DefinitionNode,
      ];
    case "UnionTypeDefinition":
      return [{ ...bare, types: keepNamed(bare.types, strip) } as DefinitionNode];
    case "EnumTypeDefinition":
      return [{ ...bare, values: keepMembers(bare.values, strip) } as DefinitionNode];
    case "InputObjectTypeDefinition":
      return [{ ...bare, fields: keepMembers(bare.fields, strip) } as DefinitionNode];
    case "DirectiveDefinition":
      return [{ ...bare, arguments: keepMembers(bare.arguments, strip) } as DefinitionNode];
    case "SchemaDefinition":
      return [
        {
          ...bare,
          operationTypes: bare.operationTypes.filter(({ type }) => !strip.hiddenTypes.has(type.name.value)),
        },
      ];
    default:
      return [bare];
  }
}

interface Stripped {
  readonly directives?: readonly DirectiveNode[];
}

function stripDirectives<T extends Stripped>(node: T): T {
  return {
    ...node,
    directives: (node.directives ?? []).filter((directive) => keptApplications.has(directive.name.value)),
  };
}

function keepNamed(types: readonly NamedTypeNode[] | undefined, strip: Strip): NamedTypeNode[] {
  return (types ?? []).filter((type) => !strip.hiddenTypes.has(type.name.value));
}

function keepMembers<T extends Stripped & { type?: TypeNode }>(
  members: readonly T[] | undefined,
  strip: Strip,
): T[] {
  return (members ?? [])
    .filter((member) => !hasDirective(member, strip.inaccessible))
    .filter((member) => !member.type || !strip.hiddenTypes.has(namedType(member.type)))
    .map(stripDirectives);
}

function namedType(type: TypeNode): string {
  return type.kind === "NamedType" ? type.name.value : namedType(type.type);
}
