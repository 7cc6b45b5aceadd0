/** A composed supergraph and operations on it, from a seed: entities spread over subgraphs, value types, lists. */
export interface MadeSupergraph {
  sdl: string;
  types: MadeType[];
}

interface MadeType {
  name: string;
  fields: MadeField[];
}

interface MadeField {
  name: string;
  /** Undefined for scalars. */
  type: string | undefined;
}

const header = `schema @link(url: "https://specs.apollo.dev/link/v1.0") @link(url: "https://specs.apollo.dev/join/v0.3", for: EXECUTION) { query: Query }
directive @join__graph(name: String!, url: String!) on ENUM_VALUE
directive @join__type(graph: join__Graph!, key: join__FieldSet, extension: Boolean! = false, resolvable: Boolean! = true, isInterfaceObject: Boolean! = false) repeatable on OBJECT | INTERFACE | UNION | ENUM | INPUT_OBJECT | SCALAR
directive @join__field(graph: join__Graph, requires: join__FieldSet, provides: join__FieldSet, type: String, external: Boolean, override: String, usedOverridden: Boolean) repeatable on FIELD_DEFINITION | INPUT_FIELD_DEFINITION
directive @link(url: String, as: String, for: link__Purpose, import: [link__Import]) repeatable on SCHEMA
scalar join__FieldSet
scalar link__Import
enum link__Purpose { SECURITY EXECUTION }
`;

export function makeSupergraph(of: { types: number; subgraphs: number; seed: number }): MadeSupergraph {
  const random = randomFrom(of.seed);
  const pick = (count: number): number => Math.floor(random() * count);
  const types: MadeType[] = [];
  const texts: string[] = [header];
  const graphs = Array.from({ length: of.subgraphs }, (_, index) => `G${index}`);
  texts.push(
    `enum join__Graph { ${graphs.map((graph) => `${graph} @join__graph(name: "${graph.toLowerCase()}", url: "http://${graph.toLowerCase()}")`).join(" ")} }`,
  );
  for (let index = 0; index < of.types; index++) {
    const owners = new Set<string>();
    const count = Math.min(of.subgraphs, 1 + pick(4));
    while (owners.size < count) owners.add(graphs[pick(graphs.length)]!);
    const type: MadeType = { name: `T${index}`, fields: [{ name: "id", type: undefined }] };
    const lines = ["  id: ID!"];
    for (const owner of owners) {
      for (let field = 0; field < 3; field++) {
        const name = `f${owner}_${field}`;
        type.fields.push({ name, type: undefined });
        lines.push(`  ${name}: String @join__field(graph: ${owner})`);
      }
      const next = `T${pick(of.types)}`;
      const link = `next${owner}`;
      type.fields.push({ name: link, type: next });
      lines.push(`  ${link}: ${random() < 0.5 ? `[${next}!]` : next} @join__field(graph: ${owner})`);
    }
    const [first] = owners;
    type.fields.push({ name: "self", type: type.name });
    lines.push(`  self: ${type.name} @join__field(graph: ${first})`);
    types.push(type);
    const joins = [...owners].map((owner) => `@join__type(graph: ${owner}, key: "id")`).join(" ");
    texts.push(`type ${type.name} ${joins} {\n${lines.join("\n")}\n}`);
  }
  const roots = types.map(
    (type, index) => `  root${index}: ${type.name} @join__field(graph: ${ownerOf(texts, index)})`,
  );
  texts.push(
    `type Query ${graphs.map((graph) => `@join__type(graph: ${graph})`).join(" ")} {\n${roots.join("\n")}\n}`,
  );
  return { sdl: addStubs(texts.join("\n"), graphs), types };
}

function ownerOf(texts: readonly string[], index: number): string {
  return /graph: (G\d+)/.exec(texts[index + 2]!)![1]!;
}

/** Every subgraph that a field leads into knows the type led to by its key at least. */
function addStubs(sdl: string, graphs: readonly string[]): string {
  const joined = new Map<string, Set<string>>();
  for (const [, type, joins] of sdl.matchAll(/^type (T\d+) (.*) \{$/gm)) {
    joined.set(type!, new Set([...joins!.matchAll(/graph: (G\d+)/g)].map(([, graph]) => graph!)));
  }
  const stubs = new Map<string, Set<string>>();
  for (const [, type, graph] of sdl.matchAll(/: \[?(T\d+)!?\]? @join__field\(graph: (G\d+)\)/g)) {
    if (joined.get(type!)?.has(graph!)) continue;
    stubs.set(type!, (stubs.get(type!) ?? new Set()).add(graph!));
  }
  void graphs;
  return sdl.replace(/^type (T\d+) (.*) \{$/gm, (_line, type: string, joins: string) => {
    const more = [...(stubs.get(type) ?? [])].map(
      (graph) => ` @join__type(graph: ${graph}, key: "id", resolvable: false)`,
    );
    return `type ${type} ${joins}${more.join("")} {`;
  });
}

/** A random query of 10 to 50 fields. */
export function makeOperation(supergraph: MadeSupergraph, seed: number): string {
  const random = randomFrom(seed + 1000);
  const byName = new Map(supergraph.types.map((type) => [type.name, type]));
  let left = 10 + Math.floor(random() * 40);
  const select = (typeName: string, depth: number): string => {
    const parts: string[] = ["id"];
    for (const field of byName.get(typeName)!.fields) {
      if (left <= 0 || random() < 0.3) continue;
      if (field.type === undefined) {
        if (field.name !== "id") parts.push(field.name);
        left--;
      } else if (depth > 0 && field.name !== "self") {
        left--;
        parts.push(`${field.name}{${select(field.type, depth - 1)}}`);
      }
    }
    return parts.join(" ");
  };
  const root = Math.floor(random() * supergraph.types.length);
  return `{root${root}{${select(`T${root}`, 3)}}}`;
}

function randomFrom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 4294967296;
  };
}
