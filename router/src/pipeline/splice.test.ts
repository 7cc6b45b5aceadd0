import { afterAll, beforeAll, describe, expect, spyOn, test } from "bun:test";
import { buildSubgraphSchema } from "@apollo/subgraph";
import { composeServices } from "@theguild/federation-composition";
import { execute, type GraphQLSchema, parse } from "graphql";
import { configFromYaml } from "../config/router-config.ts";
import { Splice } from "../execute/splice/splice.ts";
import { Splicing } from "../execute/splice/splicing.ts";
import { createRouter } from "../router.ts";
import { BufferedResponse } from "../subgraph-client/buffered-response.ts";
import type { SubgraphRequest, SubgraphResponse, Transport } from "../subgraph-client/transport.ts";

const link = `extend schema @link(url: "https://specs.apollo.dev/federation/v2.3",
  import: ["@key", "@external", "@requires", "@shareable"])`;
const long = "a long sentence, longer than what is looked through by hand, ";
const people = [
  { id: "1", name: "Zoë \u{1f98a}", age: 30, score: 1.5, kind: "ADMIN", raw: "x", tags: ["a", long] },
  {
    id: "long-key-é",
    name: `${long}"quoted" \\ and\n`,
    age: null,
    score: -0.25,
    kind: null,
    raw: 7,
    tags: null,
  },
  { id: "3", name: "", age: -2, score: 12, kind: "GUEST", raw: true, tags: [] },
];
const reviewsOf = (id: string) =>
  people.map((by, at) => ({
    id: `${id}/${at}`,
    text: at === 1 ? null : long,
    by,
    product: { upc: `p${at % 2}` },
  }));

const services = [
  {
    name: "people",
    typeDefs: `${link}
      scalar Any
      enum Kind { ADMIN GUEST }
      type Query { me: Person! people(for: String): [Person!]! nobody: Person }
      type Person @key(fields: "id") {
        id: ID! name: String age: Int score: Float kind: Kind raw: Any tags: [String!] home: Home
        friends: [Person] grid: [[Int!]]
      }
      type Home { street: String zip: Int! }`,
    resolvers: {
      Query: { me: () => people[0], people: () => people, nobody: () => null },
      Person: {
        home: ({ id }: { id: string }) => (id === "3" ? null : { street: "Elm", zip: 7 }),
        friends: () => [people[1], null, people[0]],
        grid: () => [[1, 2], null, []],
      },
    },
  },
  {
    name: "reviews",
    typeDefs: `${link}
      type Person @key(fields: "id") { id: ID! reviews: [Review!] favorite: Review }
      type Review @key(fields: "id") { id: ID! text: String by: Person! product: Product }
      type Product @key(fields: "upc") { upc: ID! }`,
    resolvers: {
      Person: {
        __resolveReference: ({ id }: { id: string }) => ({ id }),
        reviews: ({ id }: { id: string }) => reviewsOf(id),
        favorite: ({ id }: { id: string }) => (id === "1" ? null : reviewsOf(id)[1]),
      },
    },
  },
  {
    name: "products",
    typeDefs: `${link}
      type Product @key(fields: "upc") { upc: ID! title: String! price: Float weight: Int }`,
    resolvers: {
      Product: {
        __resolveReference: ({ upc }: { upc: string }) => ({
          upc,
          title: `T ${upc}`,
          price: 1.25,
          weight: 3,
        }),
      },
    },
  },
  {
    name: "shipping",
    typeDefs: `${link}
      type Product @key(fields: "upc") {
        upc: ID! weight: Int @external price: Float @external cost: Int @requires(fields: "weight price")
      }`,
    resolvers: {
      Product: {
        __resolveReference: (reference: { weight: number; price: number }) => reference,
        cost: ({ weight, price }: { weight: number; price: number }) => Math.round(weight * price),
      },
    },
  },
];

const { supergraphSdl = "" } = composeServices(
  services.map(({ name, typeDefs }) => ({ name, url: `http://${name}`, typeDefs: parse(typeDefs) })),
);
const schemas = new Map<string, GraphQLSchema>(
  services.map(({ name, typeDefs, resolvers }) => [
    name,
    buildSubgraphSchema([{ typeDefs: parse(typeDefs), resolvers }]),
  ]),
);

const operation = `query ($for: String) {
  me { __typename id n: name age score kind raw tags grid home { zip street } favorite { text }
    reviews { id text by { name id reviews { id product { title cost upc } } } product { cost upc price } } }
  people(for: $for) { friends { id name age } name favorite { id product { weight } } }
  nobody { id favorite { id } }
}`;

type Change = (text: string, subgraph: string) => string;

/** Answers as the real subgraphs do, then changed as a test wants. */
class Subgraphs {
  change: Change = (text) => text;
  calls = 0;

  transportFor(name: string): Transport {
    return { send: (request) => this.send(name, request), close() {} };
  }

  private async send(name: string, { body }: SubgraphRequest): Promise<SubgraphResponse> {
    this.calls++;
    const { query, variables } = JSON.parse(body as string);
    const answer = await execute({
      schema: schemas.get(name)!,
      document: parse(query),
      variableValues: variables,
    });
    const bytes = Buffer.from(this.change(JSON.stringify(answer), `${name} ${query}`), "latin1");
    return new BufferedResponse(200, "content-type: application/json\r\n", bytes, 0, bytes.length);
  }
}

class Asker {
  readonly subgraphs = new Subgraphs();
  private readonly router = createRouter({
    supergraphSdl,
    config: configFromYaml("include_subgraph_errors: { all: true }"),
    transportFor: ({ name }) => this.subgraphs.transportFor(name),
  });

  async ask(query: string, change: Change): Promise<string> {
    this.subgraphs.change = (text, subgraph) => change(Buffer.from(text).toString("latin1"), subgraph);
    const headers = { "content-type": "application/json" };
    const body = JSON.stringify({ query, variables: { for: "x" } });
    const response = await this.router.fetch(new Request("http://r/", { method: "POST", headers, body }));
    return response.text();
  }
}

const spliced = { whole: 0, inVain: 0 };
const finish = Splice.prototype.finish;
const spies = [
  spyOn(Splice.prototype, "finish").mockImplementation(function (this: Splice) {
    const body = finish.call(this);
    spliced[body ? "whole" : "inVain"]++;
    return body;
  }),
  // Each run shall try, however often it was in vain.
  spyOn(Splicing.prototype, "failed").mockImplementation(() => {}),
];
afterAll(() => {
  for (const spy of spies) spy.mockRestore();
});

const warm = new Asker();
beforeAll(async () => {
  for (let round = 0; round < 4; round++) await warm.ask(operation, (text) => text + " ".repeat(round));
});

let trials = 0;
/** A text that was never asked before is read in full. */
async function askBoth(change: Change): Promise<{ read: string; spliced: string }> {
  const fresh = operation + " ".repeat(++trials);
  return { read: await warm.ask(fresh, change), spliced: await warm.ask(operation, change) };
}

/** The same for the same text in a trial, whichever way asks. */
function createRandom(seed: number): (below: number) => number {
  let state = Math.imul(seed, 0x9e_37_79_b1) >>> 0;
  return (below) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
}

const tokens = [
  ...[
    "null",
    "1",
    "-0",
    "-0.0",
    "1e400",
    "1.0",
    "007",
    "2147483648",
    "12345678901234567890",
    "true",
    '"x"',
    "[]",
  ],
  ...[
    "{}",
    '{"__proto__":1}',
    '"\\u0041"',
    '"\\x"',
    '"\\ud800"',
    '"\\',
    '"',
    "\u0001",
    "\n",
    " ",
    ",",
    ":",
    "}",
  ],
  ...["]", '"id":"1",', '"errors":[],', "é", "\xff", '"é"', '"toString":1,', '{"__typename":"Home"}'],
];
const values = /"(?:[^"\\]|\\.)*"|-?\d+(?:\.\d+)?|true|false|null|[[\]{},:]/g;

/** Puts a token in a token's place, before it, or leaves one out. */
function mutate(text: string, random: (below: number) => number): string {
  const found = [...text.matchAll(values)];
  const { index, 0: old } = found[random(found.length)]!;
  const token = tokens[random(tokens.length)]!;
  const kind = random(4);
  const inserted = kind === 0 ? "" : kind === 1 ? token + old : token;
  return text.slice(0, index) + inserted + text.slice(index + old.length);
}

describe("an answer put together from pieces", () => {
  test("is the one that reading everything gives", async () => {
    spliced.whole = 0;
    for (let round = 0; round < 8; round++) {
      const { read, spliced: pieces } = await askBoth((text) => text + " ".repeat(round));
      expect(pieces).toBe(read);
    }
    expect(spliced.whole).toBeGreaterThan(4);
  });

  test("is kept as it was, whatever is put together after it", async () => {
    const large =
      "{ people { id name reviews { text by { name reviews { text by { id name reviews { text product { title } } } } } } } }";
    const asker = new Asker();
    const read = await asker.ask(large, (text) => text);
    expect(read.length).toBeGreaterThan(8_192);
    // Put together and kept; then the buffer that it was written into holds other answers.
    for (let round = 0; round < 2; round++) expect(await asker.ask(large, (text) => text)).toBe(read);
    const others = [`${large} # another`, operation];
    for (let round = 1; round < 6; round++) {
      for (const other of others)
        await asker.ask(other, (text) => text.replaceAll("Elm", "Oak") + " ".repeat(round));
      expect(await asker.ask(large, (text) => text)).toBe(read);
    }
  });

  test("is right for more objects than there was room for, many of them alike", async () => {
    const asked: number[] = [];
    const crowd: Change = (text, subgraph) => {
      const answer = JSON.parse(text);
      if (!subgraph.startsWith("people")) {
        asked.push(answer.data._entities.length);
        return text;
      }
      const [first] = answer.data.people;
      const ids = Array.from({ length: 5_000 }, (_, at) => String((at * 7_919) % 3_000));
      answer.data.people = ids.map((id) => ({ ...first, id }));
      return JSON.stringify(answer);
    };
    const asker = new Asker();
    const query = "{ people { id name reviews { id } } }";
    const read = await asker.ask(query, crowd);
    spliced.whole = 0;
    const rounds = 6;
    for (let round = 1; round <= rounds; round++) {
      expect(await asker.ask(query, (text, name) => crowd(text, name) + " ".repeat(round))).toBe(read);
    }
    expect(spliced.whole).toBeGreaterThan(0);
    expect(read).toContain('"id":"2999/2"');
    expect(asked).toEqual(Array.from({ length: 1 + rounds }, () => 3_000));
  });

  test("asks as often as a run that reads", async () => {
    const before = warm.subgraphs.calls;
    await warm.ask(`${operation}#`, (text) => text);
    const reading = warm.subgraphs.calls - before;
    await warm.ask(operation, (text) => `${text}  `);
    expect(warm.subgraphs.calls - before).toBe(2 * reading);
  });

  test("means the same whatever a subgraph writes", async () => {
    spliced.whole = 0;
    spliced.inVain = 0;
    for (let trial = 1; trial <= 500; trial++) {
      const change: Change = (text, subgraph) => {
        const random = createRandom(trial * 31 + Number(Bun.hash(subgraph) % 1_000n));
        return random(12) === 0 ? mutate(text, random) : text + " ".repeat(trial % 2);
      };
      const { read, spliced: pieces } = await askBoth(change);
      expect({ trial, answer: meaningOf(pieces) }).toEqual({ trial, answer: meaningOf(read) });
    }
    expect(spliced.whole).toBeGreaterThan(100);
    expect(spliced.inVain).toBeGreaterThan(100);
  }, 60_000);
});

/** Through JSON: `1.0` is `1`, and an escaped letter is the letter. */
function meaningOf(text: string): string {
  return JSON.stringify(JSON.parse(text));
}
