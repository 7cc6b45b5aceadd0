import { describe, expect, setDefaultTimeout, test } from "bun:test";
import { buildSchema, type GraphQLSchema, Kind, parse, validate } from "graphql";
import type { JsonObject, JsonValue } from "../json.ts";
import { type CompletionRules, compileCompletion, unusual } from "./compile-completion.ts";
import { completeData } from "./complete.ts";
import { Selection } from "./selection.ts";

/** A thousand random answers take a busy machine long. */
setDefaultTimeout(30_000);

const leafTypes = ["Int", "Float", "String", "Boolean", "ID", "Color", "Any"];
const fieldNames = ["a", "b", "c", "toString", "constructor", "id"];
const objectTypes = ["Cat", "Dog", "Owl"];
const compositeTypes = [...objectTypes, "Animal", "Pet"];
const variableNames = ["v0", "v1", "v2"];

type Random = (below: number) => number;

function createRandom(seed: number): Random {
  let state = seed;
  return (below) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
}

function pick<T>(random: Random, items: readonly T[]): T {
  return items[random(items.length)]!;
}

/** Types of an interface's fields are shared, so that every object type may implement it. */
function randomSchema(random: Random): string {
  const wrap = (type: string) => {
    const wrapped = random(3) === 0 ? `[${type}${random(3) === 0 ? "!" : ""}]` : type;
    return wrapped + (random(3) === 0 ? "!" : "");
  };
  const fields = (names: readonly string[]) =>
    names
      .map(
        (name) =>
          `${name}: ${wrap(random(3) === 0 ? pick(random, compositeTypes) : pick(random, leafTypes))}`,
      )
      .join(" ");
  const shared = fields(fieldNames.slice(0, 4));
  return `
    scalar Any
    enum Color { RED GREEN }
    interface Animal { ${shared} }
    ${objectTypes.map((name) => `type ${name} implements Animal { ${shared} ${fields(fieldNames.slice(4))} }`).join("\n")}
    union Pet = Cat | Dog
    type Query { pet: Pet animal: Animal cat: Cat owls: [Owl!]! animals: [[Animal!]] pets: [Pet]! }
  `;
}

class OperationWriter {
  constructor(
    private readonly random: Random,
    private readonly schema: GraphQLSchema,
  ) {}

  write(): string {
    const variables = variableNames.map((name) => `$${name}: Boolean!`).join(" ");
    const fragments = compositeTypes.map(
      (type) => `fragment On${type} on ${type} ${this.set(type, 1, false)}`,
    );
    return [`query(${variables}) ${this.set("Query", 3, true)}`, ...fragments].join("\n");
  }

  private set(typeName: string, depth: number, spreads: boolean): string {
    const count = 1 + this.random(4);
    return `{ ${Array.from({ length: count }, () => this.selection(typeName, depth, spreads)).join(" ")} }`;
  }

  private selection(typeName: string, depth: number, spreads: boolean): string {
    const { random } = this;
    const condition = this.condition();
    if (typeName !== "Query" && depth > 0 && random(4) === 0) {
      if (spreads && random(2) === 0) return `...On${pick(random, compositeTypes)} ${condition}`;
      const on = pick(random, compositeTypes);
      return `... on ${on} ${condition} ${this.set(on, depth - 1, spreads)}`;
    }
    const type = this.schema.getType(typeName);
    const fields = type && "getFields" in type ? Object.values(type.getFields()) : [];
    if (fields.length === 0 || random(8) === 0) return `${this.alias()}__typename ${condition}`;
    const field = pick(random, fields);
    const named = String(field.type).replace(/[[\]!]/g, "");
    if (!compositeTypes.includes(named)) return `${this.alias()}${field.name} ${condition}`;
    if (depth === 0) return "__typename";
    return `${this.alias()}${field.name} ${condition} ${this.set(named, depth - 1, spreads)}`;
  }

  private alias(): string {
    return this.random(4) === 0 ? `${pick(this.random, ["x", "valueOf", "a", "k1"])}: ` : "";
  }

  private condition(): string {
    const { random } = this;
    if (random(4) > 0) return "";
    const value = random(3) === 0 ? pick(random, ["true", "false"]) : `$${pick(random, variableNames)}`;
    return `@${pick(random, ["skip", "include"])}(if: ${value})`;
  }
}

const strayValues: readonly JsonValue[] = [
  ...[null, 0, -1, 2 ** 31, 1.5, "", "RED", "x", true, [], {}],
  ...[[1], [[null]], { a: 1 }, { __typename: "Nothing" }, { __typename: 3 }, { __typename: "Owl" }],
];

const leafValues: Record<string, readonly JsonValue[]> = {
  Int: [1, 0, -5],
  Float: [1.5, 2],
  String: ["x", ""],
  Boolean: [true, false],
  ID: ["1", 2],
  Color: ["RED", "GREEN"],
  Any: [{ deep: [1] }, "x", 3],
};

class DataWriter {
  constructor(
    private readonly random: Random,
    /** One value in so many is not what the schema says; none where it is 0. */
    private readonly strayOneIn: number,
  ) {}

  object(selection: Selection, typeName: string): JsonObject {
    const object: JsonObject = { __typename: typeName };
    for (const { key, name, type, selection: below } of selection.fieldsFor(typeName)) {
      if (name === "__typename" || (this.strays() && this.random(2) === 0)) continue;
      object[key] = this.value(String(type), below);
    }
    if (this.strays()) delete object.__typename;
    return object;
  }

  private value(type: string, selection: Selection | undefined): JsonValue {
    if (this.strays()) return pick(this.random, strayValues);
    if (type.endsWith("!")) return this.present(type.slice(0, -1), selection);
    return this.random(6) === 0 ? null : this.present(type, selection);
  }

  private present(type: string, selection: Selection | undefined): JsonValue {
    if (type.startsWith("[")) {
      return Array.from({ length: this.random(3) }, () => this.value(type.slice(1, -1), selection));
    }
    if (!selection) return pick(this.random, leafValues[type]!);
    const possible = { Animal: objectTypes, Pet: ["Cat", "Dog"] }[type] ?? [type];
    return this.object(selection, pick(this.random, possible));
  }

  private strays(): boolean {
    return this.strayOneIn > 0 && this.random(this.strayOneIn) === 0;
  }
}

function readRules(schema: GraphQLSchema, text: string): CompletionRules | undefined {
  const document = parse(text);
  // Of random documents some select two fields under one name, or leave a fragment unused: only the first matters.
  const isInvalid = validate(schema, document).some(({ message }) =>
    /conflict|never be of type/.test(message),
  );
  const [operation] = document.definitions;
  if (isInvalid || operation?.kind !== Kind.OPERATION_DEFINITION) return undefined;
  const fragments = new Map(
    document.definitions.flatMap((each) =>
      each.kind === Kind.FRAGMENT_DEFINITION ? [[each.name.value, each] as const] : [],
    ),
  );
  return {
    schema,
    selection: Selection.ofOperation({ schema, fragments }, operation.selectionSet),
    rootTypeName: "Query",
    reportsMissing: false,
  };
}

describe("written functions", () => {
  test.each([0, 12, 3])(
    "say the same as the slow way, one value in %i being wrong",
    (strayOneIn) => {
      const seen = { same: 0, unusual: 0 };
      for (let seed = 1; seed <= 250; seed++) {
        const random = createRandom(seed * 7_919);
        const schema = buildSchema(randomSchema(random));
        const rules = readRules(schema, new OperationWriter(random, schema).write());
        if (!rules) continue;
        for (const reportsMissing of [false, true]) {
          const complete = compileCompletion({ ...rules, reportsMissing });
          for (let time = 0; time < 12; time++) {
            const data = new DataWriter(random, strayOneIn).object(rules.selection, "Query");
            const variables = Object.fromEntries(variableNames.map((name) => [name, random(2) === 0]));
            const slow = completeData(structuredClone(data), { ...rules, reportsMissing, variables });
            const fast = complete(data, variables);
            seen[fast === unusual ? "unusual" : "same"]++;
            if (fast === unusual) continue;
            expect({ seed, data: JSON.stringify(fast) }).toEqual({ seed, data: JSON.stringify(slow.data) });
            expect(slow.valueCompletion).toEqual([]);
            if (reportsMissing) expect(slow.coercionErrors).toEqual([]);
          }
        }
      }
      expect(seen.same).toBeGreaterThan(100);
      if (strayOneIn > 0) expect(seen.unusual).toBeGreaterThan(100);
      else expect(seen.unusual).toBeLessThan(seen.same);
    },
    60_000,
  );
});
