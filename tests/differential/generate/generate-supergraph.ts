import type { Random } from "../random.ts";
import { FEDERATION_2, FEDERATION_2_8 } from "../schemas/federation-2.ts";
import type { SubgraphSource } from "../world/subgraph-definition.ts";
import {
  addContext,
  addInterfaceObject,
  addNestedFieldSets,
  addOverrides,
  addProvides,
  addRequires,
} from "./directives.ts";
import {
  ARGUMENTS,
  addKey,
  compositeType,
  type Domain,
  ensureEntity,
  ensureLeaf,
  KEY_TEXTS,
  LEAF_TYPES,
} from "./domain.ts";
import { SubgraphDraft } from "./subgraph-draft.ts";

/** Subgraphs made up from a seed. Most compose; the caller asks again when they do not. */
export function generateSupergraph(random: Random): SubgraphSource[] {
  const domain = emptyDomain(random);
  for (const entity of domain.entities) spreadEntity(domain, entity);
  for (const entity of domain.entities) placeFields(domain, entity);
  for (const subgraph of domain.subgraphs) addQueries(domain, subgraph);
  addSharedQuery(domain);
  if (random.chance(0.4)) addMutations(domain);
  if (random.chance(0.4)) addInterfaceObject(domain);
  addRequires(domain);
  addProvides(domain);
  addOverrides(domain);
  addNestedFieldSets(domain);
  const hasContexts = random.chance(0.25) && addContext(domain);
  return domain.subgraphs.map((subgraph) => subgraph.print(hasContexts ? FEDERATION_2_8 : FEDERATION_2));
}

function emptyDomain(random: Random): Domain {
  const numbered = (prefix: string, low: number, high: number) =>
    Array.from({ length: random.between(low, high) }, (_, i) => `${prefix}${i}`);
  const entities = numbered("Entity", 3, 6);
  return {
    random,
    subgraphs: numbered("sub", 2, random.chance(0.2) ? 8 : 4).map((name) => new SubgraphDraft(name)),
    entities,
    keys: new Map(entities.map((entity) => [entity, new Map()])),
    placed: [],
    values: numbered("Value", 2, 4),
    unions: numbered("Union", 1, 2),
    interfaces: numbered("Interface", 1, 2),
  };
}

/** Each further subgraph takes a key that an earlier one has, so a way always leads there. */
function spreadEntity(domain: Domain, entity: string): void {
  const { random } = domain;
  const subgraphs = random.sample(domain.subgraphs, random.between(1, Math.min(4, domain.subgraphs.length)));
  const known = new Set<string>();
  for (const subgraph of subgraphs) {
    const key = known.size > 0 ? random.pick([...known]) : random.pick(KEY_TEXTS);
    const keys = random.chance(0.4) ? new Set([key, random.pick(KEY_TEXTS)]) : new Set([key]);
    for (const each of keys) {
      addKey(domain, entity, subgraph, each);
      known.add(each);
    }
  }
}

function placeFields(domain: Domain, entity: string): void {
  const { random } = domain;
  const homes = [...domain.keys.get(entity)!.keys()];
  const count = random.between(2, 6);
  for (let i = 0; i < count; i++) {
    const home = random.pick(homes);
    const isLeaf = random.chance(0.55);
    const type = isLeaf ? random.pick(LEAF_TYPES) : compositeType(domain, home);
    const values = random.pick(ARGUMENTS);
    const name = `f${entity.slice(-1)}${i}`;
    const owners = new Set([home]);
    if (isLeaf && random.chance(0.2)) owners.add(random.pick(homes));
    const directives = owners.size > 1 ? ["@shareable"] : [];
    for (const owner of owners) {
      ensureLeaf(`${type}${values}`, owner);
      owner.field(entity, name, type, { arguments: values, directives });
    }
    domain.placed.push({ entity, name, type, arguments: values, owners, isLeaf, isFixed: false });
  }
}

function addQueries(domain: Domain, subgraph: SubgraphDraft): void {
  const { random } = domain;
  const count = random.between(1, 3);
  for (let i = 0; i < count; i++) {
    const values = random.pick(ARGUMENTS);
    ensureLeaf(values, subgraph);
    subgraph.field("Query", `${subgraph.name}q${i}`, compositeType(domain, subgraph), { arguments: values });
  }
}

function addSharedQuery(domain: Domain): void {
  const { random } = domain;
  const entity = random.pick(domain.entities);
  const homes = [...domain.keys.get(entity)!.keys()];
  for (const subgraph of random.sample(homes, 2)) {
    ensureEntity(domain, entity, subgraph);
    subgraph.field("Query", "shared", `[${entity}!]`, { directives: ["@shareable"] });
  }
}

function addMutations(domain: Domain): void {
  for (const subgraph of domain.random.sample(domain.subgraphs, 2)) {
    for (let i = 0; i < 2; i++) {
      const values = domain.random.pick(ARGUMENTS);
      ensureLeaf(values, subgraph);
      subgraph.field("Mutation", `${subgraph.name}m${i}`, compositeType(domain, subgraph), {
        arguments: values,
      });
    }
  }
}
