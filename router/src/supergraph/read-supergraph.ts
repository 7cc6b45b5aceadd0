import {
  type DefinitionNode,
  type DirectiveNode,
  type DocumentNode,
  type EnumTypeDefinitionNode,
  GraphQLError,
  parse,
} from "graphql";

/** A supergraph's text, parsed, with the subgraphs that it names. */
export interface Supergraph {
  sdl: string;
  document: DocumentNode;
  subgraphs: readonly Subgraph[];
}

export interface Subgraph {
  /** As the composition configuration spells it; what error extensions and router.yaml use. */
  name: string;
  /** As the `join__Graph` enum spells it. */
  graph: string;
  /** Empty when the supergraph has none: then `override_subgraph_url` must give it. */
  url: string;
}

export class SupergraphError extends Error {}

export function readSupergraph(sdl: string): Supergraph {
  const document = parseDocument(sdl);
  const subgraphs = readSubgraphs(document);
  if (subgraphs.length === 0) {
    throw new SupergraphError(
      "this is not a supergraph: it has no `join__Graph` enum that names its subgraphs (is it a subgraph's schema?)",
    );
  }
  return { sdl, document, subgraphs };
}

function parseDocument(sdl: string): DocumentNode {
  try {
    return parse(sdl, { noLocation: true });
  } catch (error) {
    if (error instanceof GraphQLError) {
      const place = error.locations?.[0];
      throw new SupergraphError(
        `the supergraph cannot be parsed${place ? ` (line ${place.line}, column ${place.column})` : ""}: ${error.message}`,
      );
    }
    throw error;
  }
}

function readSubgraphs(document: DocumentNode): Subgraph[] {
  const graphs = document.definitions.find(isGraphEnum);
  return (graphs?.values ?? []).flatMap((value) => {
    const graph = value.directives?.find((directive) => directive.name.value === "join__graph");
    if (!graph) return [];
    const name = stringArgument(graph, "name") ?? value.name.value;
    return [{ name, graph: value.name.value, url: stringArgument(graph, "url") ?? "" }];
  });
}

function isGraphEnum(definition: DefinitionNode): definition is EnumTypeDefinitionNode {
  return definition.kind === "EnumTypeDefinition" && definition.name.value === "join__Graph";
}

export function stringArgument(directive: DirectiveNode, name: string): string | undefined {
  const value = directive.arguments?.find((argument) => argument.name.value === name)?.value;
  return value?.kind === "StringValue" ? value.value : undefined;
}
