import { afterAll, expect, test } from "bun:test";
import { startRouter } from "./support/router-process.ts";
import { openShop } from "./support/shop.ts";

const shop = openShop();
afterAll(() => expect([shop.users.calls, shop.reviews.calls]).toEqual([[], []]));

const yaml = `
include_subgraph_errors: { all: true }
experimental_mock_subgraphs:
  users:
    headers: { cache-control: "max-age=60, public" }
    query:
      me: { id: "7", name: Ada, __cacheTags: [me] }
  reviews:
    entities:
      - { __typename: User, id: "6", review: worse }
      - { __typename: User, id: "7", review: better }
`;

async function ask(query: string, more = ""): Promise<unknown> {
  await using router = await startRouter({ supergraph: shop.supergraph, yaml: `${yaml}${more}` });
  return (await router.post(query)).json();
}

test("mocked subgraphs answer in the place of real ones, entities by what represents them", async () => {
  expect(await ask("{ __typename you: me { __typename name review ... on User { id } } }")).toEqual({
    data: { __typename: "Query", you: { __typename: "User", name: "Ada", review: "better", id: "7" } },
  });
});

test("what is not mocked is an error in its place", async () => {
  expect(await ask("{ me { name } version }")).toMatchObject({
    data: { me: { name: "Ada" }, version: null },
    errors: [{ message: "field 'version' not found in mocked data", extensions: { service: "users" } }],
  });
  expect(await ask("{ latest }")).toMatchObject({
    data: { latest: null },
    errors: [{ message: "field 'latest' not found in mocked data" }],
  });
  expect(await ask('mutation { rename(name: "x") { name } }')).toMatchObject({
    errors: [{ message: "mutation is not supported" }],
  });
});

test("an entity or a subgraph that is not mocked is one too", async () => {
  const other = yaml.replace('id: "7", review', 'id: "8", review');
  await using router = await startRouter({ supergraph: shop.supergraph, yaml: other });
  expect(await (await router.post("{ me { name review } }")).json()).toMatchObject({
    data: { me: { name: "Ada", review: null } },
    errors: [{ message: 'no mocked entity found for representation {"__typename":"User","id":"7"}' }],
  });
  const alone = yaml.slice(0, yaml.indexOf("  reviews:"));
  await using without = await startRouter({ supergraph: shop.supergraph, yaml: alone });
  expect(await (await without.post("{ me { review } }")).json()).toMatchObject({
    errors: [{ extensions: { code: "SUBGRAPH_MOCK_NOT_CONFIGURED" } }],
  });
});
