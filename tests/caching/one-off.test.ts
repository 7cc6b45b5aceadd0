import { afterEach, beforeEach, describe, expect, test } from "bun:test";
import { configFromYaml } from "../../router/src/config/router-config.ts";
import { createRouter, type Router } from "../../router/src/router.ts";
import { InProcessTransport } from "../../router/src/subgraph-client/in-process-transport.ts";
import { compose } from "../e2e/support/shop.ts";

const link = `extend schema @link(url: "https://specs.apollo.dev/federation/v2.3", import: ["@key"])`;
const supergraphSdl = compose([
  {
    name: "items",
    url: "http://items/",
    sdl: `${link} type Query { items(for: String): [Item!] greeting(for: String): String } type Item @key(fields: "id") { id: ID! }`,
  },
  {
    name: "notes",
    url: "http://notes/",
    sdl: `${link} type Item @key(fields: "id") { id: ID! note(for: String): String plain: String }`,
  },
]);
const yaml = "response_cache: { enabled: true, subgraph: { all: { ttl: 60s } } }";
/** Every fetch takes the variable; the root fetch does not; no fetch of entities does. */
const allVary = "query ($for: String) { items(for: $for) { id note(for: $for) } }";
const entitiesVary = "query ($for: String) { items { id note(for: $for) } }";
const rootVaries = "query ($for: String) { items(for: $for) { id plain } }";

interface Sent {
  query: string;
  variables: { for?: string; representations?: { id: string }[] };
}

let router: Router;
let calls: string[] = [];
let seconds: Record<string, number> = {};
let failing = "";
/** Answers with white space are read, not spliced. */
let indent = 0;
let answer: (sent: Sent) => unknown;

beforeEach(() => {
  calls = [];
  seconds = { items: 60, notes: 60 };
  failing = "";
  indent = 0;
  answer = ({ variables }) => {
    const entity = ({ id }: { id: string }) => ({
      id,
      note: `${id} for ${variables.for}`,
      plain: `${id} plain`,
    });
    const { representations } = variables;
    return representations
      ? { _entities: representations.map(entity) }
      : { items: [{ id: "1" }, { id: "2" }] };
  };
  router = open(yaml);
});
afterEach(() => router.close());

function open(yaml: string): Router {
  return createRouter({
    supergraphSdl,
    config: configFromYaml(yaml),
    transportFor: ({ name }) =>
      new InProcessTransport(async (request) => {
        calls.push(name);
        if (name === failing) return Response.json({ data: null, errors: [{ message: "broken" }] });
        const sent = (await request.json()) as Sent;
        // As subgraphs do, in the order of the operation.
        const data = JSON.parse(JSON.stringify(answer(sent)), (key, value) =>
          (key === "note" || key === "plain") && !sent.query.includes(key) ? undefined : value,
        );
        const text = JSON.stringify({ data }, undefined, indent);
        const headers = { "content-type": "application/json", "cache-control": `max-age=${seconds[name]}` };
        return new Response(text, { headers });
      }),
  });
}

async function ask(query: string, value: string, headers: Record<string, string> = {}) {
  const response = await router.fetch(
    new Request("http://router/", {
      method: "POST",
      headers: { "content-type": "application/json", ...headers },
      body: JSON.stringify({ query, variables: { for: value } }),
    }),
  );
  const { data, errors } = (await response.json()) as { data: unknown; errors?: unknown[] };
  return { data, errors, cacheControl: response.headers.get("cache-control") };
}

const notesFor = (value: string) => ({
  items: ["1", "2"].map((id) => ({ id, note: `${id} for ${value}` })),
});

/** So that it is known that they never come again. */
async function askManyOnce(query: string): Promise<void> {
  for (let at = 0; at < 40; at++) await ask(query, `once ${at}`);
  calls.length = 0;
}

test("what is asked twice is kept, however many there are", async () => {
  for (let at = 0; at < 100; at++) {
    await ask(allVary, `${at}`);
    calls.length = 0;
    expect((await ask(allVary, `${at}`)).data).toEqual(notesFor(`${at}`));
    expect(calls).toEqual([]);
  }
});

describe.each([
  ["all fetches take the variable", allVary, ["items", "notes"]],
  ["fetches of entities take the variable", entitiesVary, ["notes"]],
])("where %s, and it never comes twice", (_name, query, asked) => {
  test("nothing is kept, and the answer is the same", async () => {
    await askManyOnce(query);
    expect((await ask(query, "new")).data).toEqual(notesFor("new"));
    expect(calls).toEqual(asked);
    // Whoever comes again is no longer one of those.
    await ask(query, "new");
    calls.length = 0;
    expect((await ask(query, "new")).data).toEqual(notesFor("new"));
    expect(calls).toEqual([]);
    await ask(query, "newer");
    calls.length = 0;
    await ask(query, "newer");
    expect(calls).toEqual([]);
  });

  test("the client is told the least lifetime", async () => {
    await askManyOnce(query);
    seconds = { items: 60, notes: 7 };
    expect((await ask(query, "new")).cacheControl).toBe("max-age=7");
  });

  test("an error is told, and nothing may keep it", async () => {
    await askManyOnce(query);
    failing = "notes";
    const failed = await ask(query, "new");
    expect(failed.cacheControl).toBe("no-store");
    expect(failed.errors).toHaveLength(2);
    failing = "";
    expect((await ask(query, "newer")).data).toEqual(notesFor("newer"));
  });

  test("what the subgraph answers anew is seen at once", async () => {
    await askManyOnce(query);
    answer = ({ variables: { representations } }) =>
      representations
        ? { _entities: representations.map(({ id }) => ({ id, note: `${id} changed` })) }
        : { items: [{ id: "3" }] };
    const ids = query === allVary ? ["3"] : ["1", "2"];
    expect((await ask(query, "new")).data).toEqual({
      items: ids.map((id) => ({ id, note: `${id} changed` })),
    });
  });
});

test("a variable by which the root fetch alone knows what is meant always gets its chance", async () => {
  await askManyOnce(rootVaries);
  await ask(rootVaries, "new");
  calls.length = 0;
  await ask(rootVaries, "new");
  expect(calls).toEqual([]);
});

test("a request that asks for reasons is looked up and kept as ever", async () => {
  router.close();
  router = open(`${yaml.replace("subgraph:", "debug: true, subgraph:")}`);
  await askManyOnce(allVary);
  await ask(allVary, "new", { "apollo-cache-debugging": "true" });
  calls.length = 0;
  expect((await ask(allVary, "new")).data).toEqual(notesFor("new"));
  expect(calls).toEqual([]);
});

test("what came from the cache is no part of what may be replayed", async () => {
  router.close();
  router = open(`${yaml.replace("subgraph:", "debug: true, subgraph:")}`);
  indent = 1;
  answer = ({ variables: { for: value, representations } }) =>
    representations
      ? { _entities: representations.map(({ id }) => ({ id, note: "same" })) }
      : { items: [{ id: "1" }], greeting: `for ${value}` };
  const fields = "greeting(for: $for) items(for: $for) { id note(for: $for) }";
  const query = `query ($for: String) { ${fields} }`;
  await askManyOnce(query);
  for (let round = 0; round < 200; round++) {
    // By another operation, so that this one does not know the value; who debugs finds all kept.
    const other = `query ($for: String) { ${fields} again: __typename }`;
    await ask(other, `kept ${round}`, { "apollo-cache-debugging": "true" });
    for (const value of [`kept ${round}`, `new ${round}`, `newer ${round}`]) {
      expect((await ask(query, value)).data).toMatchObject({ greeting: `for ${value}` });
    }
  }
});
