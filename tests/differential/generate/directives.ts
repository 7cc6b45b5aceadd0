import { addKey, type Domain, ensureEntity, ensureLeaf, ensureValue, type PlacedField } from "./domain.ts";
import type { SubgraphDraft } from "./subgraph-draft.ts";

/** Fields computed from leaves of other subgraphs, and from other such fields made before them. */
export function addRequires(domain: Domain): void {
  const { random } = domain;
  const count = random.between(0, 5);
  for (let i = 0; i < count; i++) {
    const entity = random.pick(domain.entities);
    const subgraph = random.pick([...domain.keys.get(entity)!.keys()]);
    const inputs = random.sample(elsewhere(domain, entity, subgraph), random.between(1, 2));
    if (inputs.length === 0) continue;
    for (const input of inputs) addExternal(input, subgraph);
    const texts = inputs.map(
      (input) => `${input.name}${input.arguments.includes("first") ? "(first: 7)" : ""}`,
    );
    const name = `r${entity.slice(-1)}${i}`;
    subgraph.field(entity, name, "String", { directives: [`@requires(fields: "${texts.join(" ")}")`] });
    domain.placed.push({
      entity,
      name,
      type: "String",
      arguments: "",
      owners: new Set([subgraph]),
      isLeaf: true,
      isFixed: true,
    });
  }
}

/** Fields that lead to an entity and bring leaves of other subgraphs along. */
export function addProvides(domain: Domain): void {
  const { random } = domain;
  for (const subgraph of domain.subgraphs) {
    for (const type of subgraph.types.values()) {
      for (const field of type.fields.values()) {
        const entity = field.type.replace(/[[\]!]/g, "");
        if (!domain.entities.includes(entity) || field.directives.size > 0 || !random.chance(0.25)) continue;
        const input = elsewhere(domain, entity, subgraph).find(
          (placed) => !placed.isFixed && placed.arguments === "",
        );
        if (!input) continue;
        addExternal(input, subgraph);
        for (const owner of input.owners)
          owner.field(entity, input.name, input.type, { directives: ["@shareable"] });
        input.isFixed = true;
        field.directives.add(`@provides(fields: "${input.name}")`);
      }
    }
  }
}

/** Requirements and provisions that reach into a value or an entity below, with fragments where it may be of several types. */
export function addNestedFieldSets(domain: Domain): void {
  const { random } = domain;
  for (let i = random.between(0, 3); i > 0; i--) {
    const reaching = domain.placed.filter(
      (field) => !field.isLeaf && !field.isFixed && field.arguments === "",
    );
    const [input] = random.sample(reaching, 1);
    if (input === undefined) continue;
    const homes = [...domain.keys.get(input.entity)!.keys()];
    const others = homes.filter((home) => !home.types.get(input.entity)!.fields.has(input.name));
    const [subgraph] = random.sample(others, 1);
    if (subgraph === undefined) continue;
    const below = selectBelow(domain, input, subgraph);
    if (below === undefined) continue;
    addExternal(input, subgraph);
    input.isFixed = true;
    const fieldSet = `${input.name} ${below}`;
    if (random.chance(0.6)) {
      const directives = [`@requires(fields: "${fieldSet}")`];
      subgraph.field(input.entity, `n${input.entity.slice(-1)}${i}`, "String", { directives });
      continue;
    }
    for (const owner of input.owners)
      owner.field(input.entity, input.name, input.type, { directives: ["@shareable"] });
    const directives = [`@provides(fields: "${fieldSet}")`];
    subgraph.field("Query", `${subgraph.name}p${i}`, random.pick([input.entity, `[${input.entity}!]`]), {
      directives,
    });
  }
}

/** A selection of what the field leads to, all of which the subgraph comes to know. */
function selectBelow(
  domain: Domain,
  { type, owners }: PlacedField,
  subgraph: SubgraphDraft,
): string | undefined {
  const name = type.replace(/[[\]!]/g, "");
  const index = domain.values.indexOf(name);
  if (index >= 0) {
    ensureValue(domain, name, subgraph);
    const next = subgraph.types.get(name)!.fields.get(`next${index}`);
    const more = next && domain.random.chance(0.4) ? ` next${index} { b${index + 1} }` : "";
    return `{ a${index}${more} }`;
  }
  const [owner] = owners;
  const members = owner!.unions.get(name) ?? (domain.entities.includes(name) ? new Set([name]) : undefined);
  const known = subgraph.unions.get(name);
  if (members === undefined || (known !== undefined && [...known].join() !== [...members].join()))
    return undefined;
  const parts: string[] = [];
  for (const member of members) {
    ensureEntity(domain, member, subgraph);
    const key = [...domain.keys.get(member)!.get(subgraph)!][0]!;
    parts.push(members.size === 1 && name === member ? key : `... on ${member} { ${key} }`);
  }
  if (owner!.unions.has(name)) subgraph.unions.set(name, new Set(members));
  return `{ ${parts.join(" ")} }`;
}

/** Leaves that move from one subgraph to another, some of them only for a share of requests. */
export function addOverrides(domain: Domain): void {
  const { random } = domain;
  for (const field of domain.placed) {
    if (field.isFixed || !field.isLeaf || field.owners.size > 1 || !random.chance(0.12)) continue;
    const [from] = [...field.owners];
    const others = [...domain.keys.get(field.entity)!.keys()].filter(
      (other) => other !== from && !other.types.get(field.entity)!.fields.has(field.name),
    );
    if (others.length === 0) continue;
    const label = random.chance(0.4) ? `, label: "percent(${random.pick([0, 30, 100])})"` : "";
    const to = random.pick(others);
    ensureLeaf(`${field.type}${field.arguments}`, to);
    to.field(field.entity, field.name, field.type, {
      arguments: field.arguments,
      directives: [`@override(from: "${from!.name}"${label})`],
    });
  }
}

/** An interface that is an entity in one subgraph, and one plain object in another that knows no implementer. */
export function addInterfaceObject(domain: Domain): void {
  const { random } = domain;
  const [home, other] = random.sample(domain.subgraphs, 2) as [SubgraphDraft, SubgraphDraft];
  const kinds = random.between(1, 3);
  home.type("Thing", "interface").directives.add('@key(fields: "id")');
  home.type("Thing").fields.set("id", { type: "ID!", arguments: "", directives: new Set() });
  home.type("Thing").fields.set("label", { type: "String", arguments: "", directives: new Set() });
  for (let i = 0; i < kinds; i++) {
    const name = `Thing${i}`;
    home.type(name).implements.add("Thing");
    home.type(name).directives.add('@key(fields: "id")');
    home.field(name, "id", "ID!");
    home.field(name, "label", "String");
    home.field(name, `own${i}`, random.pick(["Int", "[Int!]", "Float"]));
  }
  other.type("Thing").directives.add('@interfaceObject @key(fields: "id")');
  other.field("Thing", "id", "ID!");
  other.field("Thing", "extra", random.pick(["Int", "[String]", "Float!"]));
  if (random.chance(0.5)) {
    other.field("Thing", "label", "String", { directives: ["@external"] });
    other.field("Thing", "computed", "String", { directives: ['@requires(fields: "label")'] });
  }
  home.field("Query", "things", random.pick(["[Thing]", "[Thing!]!"]));
  if (random.chance(0.7)) other.field("Query", "otherThings", "[Thing!]");
  const entity = random.pick(domain.entities);
  if (!domain.keys.get(entity)!.has(other))
    addKey(domain, entity, other, [...domain.keys.get(entity)!.values()][0]!.values().next().value!);
  other.field("Thing", "related", `[${entity}]`);
}

/** An entity with an argument from an entity around it, which alone leads there. False where none can have it. */
export function addContext(domain: Domain): boolean {
  const { random } = domain;
  const values = domain.placed.filter((field) => field.isLeaf && field.arguments === "");
  if (values.length === 0) return false;
  const value = random.pick(values);
  const homes = [...domain.keys.get(value.entity)!.keys()];
  const subgraph = random.pick(homes);
  if (!value.owners.has(subgraph)) addExternal(value, subgraph);
  value.isFixed = true;
  subgraph.type(value.entity).directives.add('@context(name: "around")');
  subgraph.type("Inner").directives.add('@key(fields: "id")');
  subgraph.field("Inner", "id", "ID!");
  subgraph.field("Inner", "plain", "String");
  const argument = `${value.type.replace(/!$/, "")} @fromContext(field: "$around { ${value.name} }")`;
  subgraph.field("Inner", "told", "String", { arguments: `(what: ${argument}, size: Int = 2)` });
  const leader = random.pick(homes);
  const type = random.pick(["Inner", "[Inner!]", "Middle", "[[Inner]]"]);
  if (type === "Middle") leader.field("Middle", "inner", "[Inner]");
  leader.field(value.entity, "inner", type);
  if (leader === subgraph) return true;
  leader.type("Inner").directives.add('@key(fields: "id")');
  leader.field("Inner", "id", "ID!");
  leader.field("Inner", "beside", "Int");
  return true;
}

function elsewhere(domain: Domain, entity: string, subgraph: SubgraphDraft): PlacedField[] {
  const known = subgraph.types.get(entity)!.fields;
  return domain.placed.filter(
    (field) =>
      field.entity === entity &&
      field.isLeaf &&
      (!known.has(field.name) || known.get(field.name)!.directives.has("@external")) &&
      !field.owners.has(subgraph),
  );
}

function addExternal(field: PlacedField, subgraph: SubgraphDraft): void {
  field.isFixed = field.isFixed || field.arguments !== "";
  ensureLeaf(`${field.type}${field.arguments}`, subgraph);
  subgraph.field(field.entity, field.name, field.type, {
    arguments: field.arguments,
    directives: ["@external"],
  });
}
