import type { Random } from "../random.ts";
import type { SubgraphDraft } from "./subgraph-draft.ts";

export const LEAF_TYPES = [
  "String",
  "Int",
  "Float!",
  "Boolean",
  "[String]",
  "ID",
  "Color",
  "Json",
  "[[Int!]]!",
  "String!",
];
export const ARGUMENTS = [
  "",
  "",
  "",
  "(first: Int = 3)",
  "(where: Where)",
  "(color: Color! = RED, ids: [ID!])",
  "(json: Json)",
];
const WRAPPERS = ["$", "$", "$!", "[$]", "[$!]!", "[$!]", "[[$]]"];

const KEYS: Readonly<Record<string, (subgraph: SubgraphDraft, entity: string) => void>> = {
  id: (subgraph, entity) => subgraph.field(entity, "id", "ID!", { directives: [] }),
  "code region": (subgraph, entity) => {
    subgraph.field(entity, "code", "String!");
    subgraph.field(entity, "region", "String");
  },
  number: (subgraph, entity) => subgraph.field(entity, "number", "Int!"),
  "meta { serial }": (subgraph, entity) => {
    subgraph.field(entity, "meta", "Meta!");
    subgraph.field("Meta", "serial", "ID!", { directives: ["@shareable"] });
  },
};
export const KEY_TEXTS = Object.keys(KEYS);

/** A field already placed, for `@requires`, `@provides` and `@override` to refer to. */
export interface PlacedField {
  entity: string;
  name: string;
  type: string;
  arguments: string;
  owners: Set<SubgraphDraft>;
  isLeaf: boolean;
  isFixed: boolean;
}

export interface Domain {
  random: Random;
  subgraphs: SubgraphDraft[];
  entities: readonly string[];
  /** Which keys an entity has in a subgraph. */
  keys: Map<string, Map<SubgraphDraft, Set<string>>>;
  placed: PlacedField[];
  values: readonly string[];
  unions: readonly string[];
  interfaces: readonly string[];
}

export function addKey(domain: Domain, entity: string, subgraph: SubgraphDraft, key: string): void {
  const bySubgraph = domain.keys.get(entity)!;
  const keys = bySubgraph.get(subgraph) ?? new Set();
  keys.add(key);
  bySubgraph.set(subgraph, keys);
  KEYS[key]!(subgraph, entity);
  subgraph.type(entity).directives.add(`@key(fields: "${key}")`);
}

/** Any subgraph may name any entity once it has a key in common with those that know it. */
export function ensureEntity(domain: Domain, entity: string, subgraph: SubgraphDraft): void {
  const bySubgraph = domain.keys.get(entity)!;
  if (bySubgraph.has(subgraph)) return;
  const known = [...bySubgraph.values()].flatMap((keys) => [...keys]);
  addKey(domain, entity, subgraph, known.length > 0 ? domain.random.pick(known) : "id");
}

export function ensureValue(domain: Domain, name: string, subgraph: SubgraphDraft): void {
  const index = domain.values.indexOf(name);
  if (subgraph.types.has(name)) return;
  const shareable = { directives: ["@shareable"] };
  subgraph.field(name, `a${index}`, LEAF_TYPES[index % 4]!, shareable);
  subgraph.field(name, `b${index}`, LEAF_TYPES[(index + 2) % 5]!, shareable);
  const next = domain.values[index + 1];
  if (!next || index % 2 === 1) return;
  ensureValue(domain, next, subgraph);
  subgraph.field(name, `next${index}`, index % 4 === 0 ? next : `[${next}!]`, shareable);
}

export function ensureLeaf(type: string, subgraph: SubgraphDraft): void {
  if (type.includes("Color")) subgraph.texts.add("enum Color { RED GREEN BLUE }");
  if (type.includes("Json")) subgraph.texts.add("scalar Json");
  if (!type.includes("Where")) return;
  subgraph.texts.add("enum Color { RED GREEN BLUE }");
  subgraph.texts.add(
    "input Where { text: String color: Color = GREEN sizes: [[Int]] inner: Where least: Float! = 0.5 }",
  );
}

/** A random type of a field in this subgraph, with everything it names defined there. */
export function compositeType(domain: Domain, subgraph: SubgraphDraft): string {
  const { random } = domain;
  const roll = random.fraction();
  const wrap = (name: string) => random.pick(WRAPPERS).replace("$", name);
  if (roll < 0.5) {
    const entity = random.pick(domain.entities);
    ensureEntity(domain, entity, subgraph);
    return wrap(entity);
  }
  if (roll < 0.75) {
    const value = random.pick(domain.values);
    ensureValue(domain, value, subgraph);
    return wrap(value);
  }
  return wrap(roll < 0.88 ? useUnion(domain, subgraph) : useInterface(domain, subgraph));
}

function useUnion(domain: Domain, subgraph: SubgraphDraft): string {
  const { random } = domain;
  const name = random.pick(domain.unions);
  const index = domain.unions.indexOf(name);
  const candidates = domain.entities.filter((_, i) => (i + index) % 3 !== 0);
  const members = subgraph.unions.get(name) ?? new Set(random.sample(candidates, random.between(1, 3)));
  for (const member of members) ensureEntity(domain, member, subgraph);
  subgraph.unions.set(name, members);
  return name;
}

function useInterface(domain: Domain, subgraph: SubgraphDraft): string {
  const { random } = domain;
  const name = random.pick(domain.interfaces);
  if (subgraph.types.has(name)) return name;
  const index = domain.interfaces.indexOf(name);
  const common = `common${index}`;
  subgraph
    .type(name, "interface")
    .fields.set(common, { type: "String", arguments: "", directives: new Set() });
  const candidates = domain.entities.filter((_, i) => (i + index) % 2 === 0);
  for (const entity of random.sample(candidates, random.between(1, 3))) {
    ensureEntity(domain, entity, subgraph);
    subgraph.type(entity).implements.add(name);
    subgraph.field(entity, common, "String", { directives: ["@shareable"] });
  }
  return name;
}
