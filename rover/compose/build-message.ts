import { type ASTNode, type DocumentNode, type GraphQLError, Kind, type SourceLocation } from "graphql";

/** An error or a hint as Rover passes it on: in words, and where in which subgraph. */
export interface BuildMessage {
  message: string;
  code: string;
  type?: "composition";
  nodes: BuildNode[];
  omittedNodesCount: number;
}

interface BuildNode {
  subgraph: string;
  source: string;
  start: { line: number; column: number };
}

interface NamedSource {
  name: string;
  sdl: string;
  typeDefs?: DocumentNode;
}

const nodesMax = 10;

/** Rover prints messages only, so that the first place stands in the message too. */
export function toBuildMessage(problem: unknown, subgraphs: readonly NamedSource[]): BuildMessage {
  const { message, code, places } = read(problem, subgraphs);
  const nodes = places.slice(0, nodesMax).map((place) => toNode(place, subgraphs));
  const first = nodes[0];
  return {
    message: first ? `${message} (subgraph ${first.subgraph}, line ${first.start.line})` : message,
    code,
    type: "composition",
    nodes,
    omittedNodesCount: places.length - nodes.length,
  };
}

interface Place {
  subgraph: string;
  start: SourceLocation;
}

/** What both compositions have in common, and Apollo's hints. */
interface Problem {
  message: string;
  extensions?: { code?: unknown; subgraphName?: unknown };
  definition?: { code: string };
  locations?: GraphQLError["locations"];
  nodes?: readonly (ASTNode & { subgraph?: string })[];
}

function read(problem: unknown, subgraphs: readonly NamedSource[]) {
  const { message, extensions, definition, locations, nodes = [] } = problem as Problem;
  const owner = typeof extensions?.subgraphName === "string" ? extensions.subgraphName : undefined;
  const places = nodes.flatMap((node): Place[] => {
    const subgraph = node.subgraph ?? owner;
    const token = node.loc?.startToken;
    return subgraph === undefined || !token ? [] : [{ subgraph, start: token }];
  });
  if (places.length === 0 && owner !== undefined)
    places.push(...(locations ?? []).map((start) => ({ subgraph: owner, start })));
  if (places.length === 0) places.push(...findNamed(message, subgraphs));
  return { message, code: definition?.code ?? String(extensions?.code ?? "UNKNOWN"), places };
}

/** Errors of several subgraphs name no place, but a type or a field: "User.name". */
function findNamed(message: string, subgraphs: readonly NamedSource[]): Place[] {
  for (const [, type = "", field] of message.matchAll(/"(\w+)(?:\.(\w+))?[^"]*"/g)) {
    const places = subgraphs.flatMap(({ name, typeDefs }) => findDefinition(name, typeDefs, { type, field }));
    if (places.length > 0) return places;
  }
  return [];
}

interface Coordinate {
  type: string;
  field: string | undefined;
}

function findDefinition(
  subgraph: string,
  typeDefs: DocumentNode | undefined,
  { type, field }: Coordinate,
): Place[] {
  return (typeDefs?.definitions ?? []).flatMap((definition): Place[] => {
    if (
      !("name" in definition) ||
      definition.name?.value !== type ||
      definition.kind === Kind.DIRECTIVE_DEFINITION
    )
      return [];
    if (field === undefined) return placeOf(subgraph, definition);
    const fields = "fields" in definition ? (definition.fields ?? []) : [];
    return fields.filter(({ name }) => name.value === field).flatMap((node) => placeOf(subgraph, node));
  });
}

function placeOf(subgraph: string, { loc }: ASTNode): Place[] {
  return loc ? [{ subgraph, start: loc.startToken }] : [];
}

function toNode({ subgraph, start: { line, column } }: Place, subgraphs: readonly NamedSource[]): BuildNode {
  const sdl = subgraphs.find(({ name }) => name === subgraph)?.sdl ?? "";
  return { subgraph, source: sdl.split("\n")[line - 1]?.trim() ?? "", start: { line, column } };
}
