/** Random subgraphs that often compose. What they hold is drawn from a seed; whoever calls retries on failure. */
export interface SubgraphText {
  name: string;
  sdl: string;
}

interface Random {
  chance(probability: number): boolean;
  pick<T>(items: readonly T[]): T;
  between(low: number, high: number): number;
}

interface EntityPlan {
  name: string;
  fields: FieldPlan[];
  /** Keys by subgraph that knows the type. */
  keys: Map<number, string[]>;
}

interface FieldPlan {
  name: string;
  type: string;
  argument: string;
  owners: number[];
  overrides: number | undefined;
}

const imports = `["@key","@requires","@provides","@external","@shareable","@override","@inaccessible","@interfaceObject"]`;
const header = `extend schema @link(url: "https://specs.apollo.dev/federation/v2.7", import: ${imports})\n`;
const scalars = ["String", "Int", "ID", "Boolean", "String!", "[Int]", "[String!]!"];

export function generateSubgraphs(random: Random): SubgraphText[] {
  return new Generator(random).generate();
}

class Generator {
  readonly #random: Random;
  readonly #count: number;
  readonly #entities: EntityPlan[] = [];
  readonly #values: string[] = [];
  /** Subgraph by subgraph: type to lines, so that a field is written once. */
  readonly #types: Map<string, { head: string; lines: Map<string, string> }>[] = [];
  readonly #more: string[][] = [];
  readonly #usesUnion = new Set<number>();

  constructor(random: Random) {
    this.#random = random;
    this.#count = random.between(2, 4);
  }

  generate(): SubgraphText[] {
    const random = this.#random;
    for (let index = 0; index < this.#count; index++) {
      this.#types.push(new Map());
      this.#more.push([]);
    }
    for (let index = random.between(1, 2); index > 0; index--) this.#values.push(`V${index}`);
    for (let index = 0; index < random.between(2, 5); index++) this.#planEntity(`E${index}`);
    for (const entity of this.#entities) this.#planFields(entity);
    for (const entity of this.#entities) this.#writeEntity(entity);
    for (const entity of this.#entities) this.#writeRequires(entity);
    if (random.chance(0.5)) this.#writeInterface();
    if (random.chance(0.35)) this.#writeInterfaceObject();
    this.#writeRoots();
    if (random.chance(0.4)) this.#writeProvides();
    this.#writeStubs();
    return this.#types.map((types, index) => ({
      name: `s${index}`,
      sdl:
        header +
        [...types]
          .map(([, { head, lines }]) => `${head} {\n  ${[...lines.values()].join("\n  ")}\n}`)
          .join("\n") +
        `\n${this.#more[index]!.join("\n")}\n`,
    }));
  }

  #subgraphs(): number[] {
    return Array.from({ length: this.#count }, (_, index) => index);
  }

  #planEntity(name: string): void {
    const random = this.#random;
    const keys = new Map<number, string[]>();
    const hasCode = random.chance(0.35);
    const hasPair = random.chance(0.2);
    for (const subgraph of this.#subgraphs()) {
      if (!random.chance(0.75) && keys.size > 0) continue;
      if (hasCode && random.chance(0.3)) keys.set(subgraph, ["code"]);
      else if (hasCode && random.chance(0.4)) keys.set(subgraph, ["id", "code"]);
      else if (hasPair && random.chance(0.5)) keys.set(subgraph, ["id code"]);
      else if (hasPair && random.chance(0.4)) keys.set(subgraph, ["id", "id code"]);
      else keys.set(subgraph, ["id"]);
    }
    this.#entities.push({ name, keys, fields: [] });
  }

  #planFields(entity: EntityPlan): void {
    const random = this.#random;
    const homes = [...entity.keys.keys()];
    const count = random.between(2, 6);
    for (let index = 0; index < count; index++) {
      const owners = [random.pick(homes)];
      const other = random.pick(homes);
      if (random.chance(0.25) && !owners.includes(other)) owners.push(other);
      const isReference = random.chance(0.45);
      const type = isReference ? this.#referenceType() : random.pick(scalars);
      const argument = !isReference && random.chance(0.15) ? "(size: Int = 3)" : "";
      const overrides =
        owners.length === 1 && random.chance(0.12) ? homes.find((home) => home !== owners[0]) : undefined;
      entity.fields.push({ name: `${isReference ? "r" : "f"}${index}`, type, argument, owners, overrides });
    }
  }

  #referenceType(): string {
    const random = this.#random;
    const target = random.chance(0.35)
      ? random.pick(this.#values)
      : random.chance(0.12)
        ? "Any"
        : random.pick(this.#entities).name;
    return random.chance(0.35) ? `[${target}]` : random.chance(0.2) ? `${target}!` : target;
  }

  #type(subgraph: number, name: string): { head: string; lines: Map<string, string> } {
    let type = this.#types[subgraph]!.get(name);
    if (type === undefined) {
      type = { head: `type ${name}`, lines: new Map() };
      this.#types[subgraph]!.set(name, type);
    }
    return type;
  }

  #writeEntity(entity: EntityPlan): void {
    for (const [subgraph, keys] of entity.keys) {
      const type = this.#type(subgraph, entity.name);
      type.head = `type ${entity.name} ${keys.map((key) => `@key(fields: "${key}")`).join(" ")}`;
      for (const name of keys.join(" ").split(" ")) type.lines.set(name, `${name}: ID!`);
    }
    for (const field of entity.fields) {
      for (const owner of field.owners) {
        const shareable = field.owners.length > 1 ? " @shareable" : "";
        const override = field.overrides === undefined ? "" : ` @override(from: "s${field.overrides}")`;
        this.#type(owner, entity.name).lines.set(
          field.name,
          `${field.name}${field.argument}: ${field.type}${shareable}${override}`,
        );
        this.#needs(owner, field.type);
      }
      if (field.overrides === undefined) continue;
      this.#type(field.overrides, entity.name).lines.set(
        field.name,
        `${field.name}${field.argument}: ${field.type}`,
      );
      this.#needs(field.overrides, field.type);
    }
  }

  /** The subgraph must know the types that it refers to. */
  #needs(subgraph: number, typeText: string): void {
    const name = typeText.replaceAll(/[[\]!]/g, "");
    if (name === "Any") this.#usesUnion.add(subgraph);
    if (this.#values.includes(name)) this.#writeValue(subgraph, name);
  }

  #writeValue(subgraph: number, name: string): void {
    if (this.#types[subgraph]!.has(name)) return;
    const type = this.#type(subgraph, name);
    type.lines.set("a", "a: String @shareable");
    if (this.#random.chance(0.8)) type.lines.set("b", "b: Int @shareable");
    if (name === "V2") {
      type.lines.set("inner", "inner: V1 @shareable");
      this.#writeValue(subgraph, "V1");
    } else if (this.#entities.length > 0 && this.#random.chance(0.7)) {
      type.lines.set("link", `link: ${this.#entities[0]!.name} @shareable`);
    }
  }

  #writeRequires(entity: EntityPlan): void {
    const random = this.#random;
    for (const subgraph of entity.keys.keys()) {
      if (!random.chance(0.4)) continue;
      const type = this.#type(subgraph, entity.name);
      const foreign = entity.fields.filter((field) => !type.lines.has(field.name));
      if (foreign.length === 0) continue;
      const needed = foreign.filter(() => random.chance(0.6)).slice(0, 3);
      const parts: string[] = [];
      for (const field of needed) {
        const inner = this.#requirable(subgraph, field);
        if (inner === undefined) continue;
        type.lines.set(field.name, `${field.name}${field.argument}: ${field.type} @external`);
        parts.push(
          field.argument === "" ? `${field.name}${inner}` : `${field.name}(size: ${random.between(1, 3)})`,
        );
      }
      if (parts.length === 0) continue;
      type.lines.set(`q${subgraph}`, `q${subgraph}: String @requires(fields: "${parts.join(" ")}")`);
      const homes = [...entity.keys.keys()].filter((home) => home !== subgraph);
      if (homes.length > 0 && random.chance(0.3)) {
        const other = this.#type(random.pick(homes), entity.name);
        other.lines.set(`q${subgraph}`, `q${subgraph}: String @external`);
        other.lines.set(`qq${subgraph}`, `qq${subgraph}: String @requires(fields: "q${subgraph}")`);
      }
    }
  }

  #requirable(subgraph: number, field: FieldPlan): string | undefined {
    const name = field.type.replaceAll(/[[\]!]/g, "");
    if (!/^[EV]\d/.test(name)) return name === "Any" ? undefined : "";
    if (this.#values.includes(name)) {
      this.#writeValue(subgraph, name);
      return " { a }";
    }
    const target = this.#entities.find((entity) => entity.name === name)!;
    if (!target.keys.has(subgraph)) return undefined;
    const key = target.keys.get(subgraph)![0]!;
    return ` { ${key} }`;
  }

  #writeInterface(): void {
    const random = this.#random;
    const members = this.#entities.filter(() => random.chance(0.6));
    if (members.length < 2) return;
    for (const subgraph of this.#subgraphs()) {
      const here = members.filter((member) => member.keys.get(subgraph)?.join(" ").split(" ").includes("id"));
      if (here.length === 0 || random.chance(0.3)) continue;
      for (const member of here) {
        const type = this.#type(subgraph, member.name);
        type.head = type.head.replace(`type ${member.name}`, `type ${member.name} implements Node`);
      }
      this.#more[subgraph]!.push("interface Node { id: ID! }");
      const query = this.#type(subgraph, "Query");
      query.lines.set(`nodes${subgraph}`, `nodes${subgraph}: [Node]`);
      if (random.chance(0.5)) query.lines.set("node", "node: Node @shareable");
    }
  }

  #writeInterfaceObject(): void {
    const random = this.#random;
    const home = random.between(0, this.#count - 1);
    const members = this.#entities.filter((entity) => entity.keys.get(home)?.includes("id")).slice(0, 3);
    if (members.length === 0) return;
    for (const subgraph of this.#subgraphs()) {
      for (const member of members) {
        const type = this.#types[subgraph]!.get(member.name);
        if (type === undefined || subgraph !== home) continue;
        type.head = / implements /.test(type.head)
          ? type.head.replace(" implements ", " implements Item & ")
          : type.head.replace(`type ${member.name}`, `type ${member.name} implements Item`);
        type.lines.set("stock", "stock: Int @shareable");
      }
    }
    this.#more[home]!.push(`interface Item @key(fields: "id") { id: ID! stock: Int }`);
    this.#type(home, "Query").lines.set("items", "items: [Item]");
    const others = this.#subgraphs().filter(
      (subgraph) => subgraph !== home && !members.some((member) => member.keys.has(subgraph)),
    );
    for (const subgraph of others) {
      const type = this.#type(subgraph, "Item");
      type.head = `type Item @interfaceObject @key(fields: "id")`;
      type.lines.set("id", "id: ID!");
      type.lines.set(`z${subgraph}`, `z${subgraph}: String`);
      if (random.chance(0.4)) {
        type.lines.set("stock", "stock: Int @external");
        type.lines.set(`y${subgraph}`, `y${subgraph}: String @requires(fields: "stock")`);
      }
      const query = this.#type(subgraph, "Query");
      query.lines.set(`items${subgraph}`, `items${subgraph}: [Item!]`);
      query.lines.set(`best${subgraph}`, `best${subgraph}: Item`);
    }
  }

  #writeRoots(): void {
    const random = this.#random;
    for (const entity of this.#entities) {
      const homes = [...entity.keys.keys()].filter(() => random.chance(0.6));
      if (homes.length === 0) homes.push([...entity.keys.keys()][0]!);
      for (const home of homes) {
        const name = entity.name.toLowerCase();
        this.#type(home, "Query").lines.set(`${name}s${home}`, `${name}s${home}: [${entity.name}!]`);
        if (random.chance(0.4))
          this.#type(home, "Query").lines.set(name, `${name}: ${entity.name} @shareable`);
      }
    }
    for (const subgraph of this.#usesUnion) {
      const members = this.#entities
        .filter((entity) => entity.keys.has(subgraph))
        .map((entity) => entity.name);
      this.#more[subgraph]!.push(`union Any = ${members.length > 0 ? members.join(" | ") : "E0"}`);
      if (members.length === 0) this.#stub(subgraph, "E0");
    }
  }

  #writeProvides(): void {
    const random = this.#random;
    const entity = random.pick(this.#entities);
    for (const [home] of entity.keys) {
      const type = this.#type(home, entity.name);
      const foreign = entity.fields.filter(
        (field) => /^f/.test(field.name) && field.argument === "" && !type.lines.has(field.name),
      );
      if (foreign.length === 0) continue;
      const field = random.pick(foreign);
      type.lines.set(field.name, `${field.name}: ${field.type} @external`);
      const query = this.#type(home, "Query");
      query.lines.set(`with${home}`, `with${home}: [${entity.name}] @provides(fields: "${field.name}")`);
    }
  }

  #writeStubs(): void {
    for (const subgraph of this.#subgraphs()) {
      const known = this.#types[subgraph]!;
      for (let settled = false; !settled; ) {
        settled = true;
        const text = [...known.values()].flatMap(({ lines }) => [...lines.values()]).join(" ");
        for (const [, name] of text.matchAll(/: \[?([EV]\d)/g)) {
          if (known.has(name!)) continue;
          settled = false;
          if (this.#values.includes(name!)) this.#writeValue(subgraph, name!);
          else this.#stub(subgraph, name!);
        }
      }
      if (!known.has("Query"))
        this.#type(subgraph, "Query").lines.set(`ping${subgraph}`, `ping${subgraph}: String`);
    }
  }

  #stub(subgraph: number, name: string): void {
    if (this.#types[subgraph]!.has(name)) return;
    const entity = this.#entities.find((known) => known.name === name)!;
    const key = this.#random.pick([...entity.keys.values()].flat());
    const type = this.#type(subgraph, name);
    type.head = `type ${name} @key(fields: "${key}"${this.#random.chance(0.4) ? ", resolvable: false" : ""})`;
    for (const part of key.split(" ")) type.lines.set(part, `${part}: ID!`);
  }
}
