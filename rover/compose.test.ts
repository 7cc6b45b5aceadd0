import { describe, expect, test } from "bun:test";
import { startExample } from "../example/serve.ts";
import { RoverFolder } from "./test-support/rover-folder.ts";

const federation = `extend schema @link(url: "https://specs.apollo.dev/federation/v2.3", import: ["@key", "@requires"])`;
const users = `${federation}
type Query { user: User }
type User @key(fields: "id") {
  id: ID!
  name: String
}`;
const reviews = `${federation}
type Review { text: String }
type User @key(fields: "id") { id: ID! reviews: [Review!]! }`;

const compose = ["supergraph", "compose", "--config", "rover.yaml"];

describe("real Rover with our composition", () => {
  test("composes files", async () => {
    using folder = new RoverFolder();
    folder.writeSupergraph({ users, reviews });
    const { exitCode, stdout } = await folder.rover(compose);
    expect(exitCode).toBe(0);
    expect(stdout).toContain('REVIEWS @join__graph(name: "reviews", url: "http://reviews.test")');
    expect(stdout).toContain("reviews: [Review!]! @join__field(graph: REVIEWS)");
  });

  test("composes what running subgraphs say, and introspects one", async () => {
    await using example = startExample({ port: 0 });
    using folder = new RoverFolder();
    folder.writeSupergraph(example.urls);
    const composed = await folder.rover(compose);
    expect(composed.exitCode).toBe(0);
    expect(composed.stdout).toContain("RESTAURANTS @join__graph");
    const introspected = await folder.rover(["subgraph", "introspect", example.urls.restaurants!]);
    expect(introspected.exitCode).toBe(0);
    expect(introspected.stdout).toContain("type Restaurant");
  });

  test("gives hints where Apollo's composition is asked for", async () => {
    using folder = new RoverFolder();
    folder.writeSupergraph({
      users: users.replace("type User", '"Who writes." type User'),
      reviews: reviews.replace("type User", '"Who reads." type User'),
    });
    const result = await folder.rover([...compose, "--format", "json"], { MYCELIUM_COMPOSITION: "apollo" });
    expect(result.exitCode).toBe(0);
    const { hints } = JSON.parse(result.stdout).data;
    expect(hints).toMatchObject([{ code: "INCONSISTENT_DESCRIPTION" }]);
  });

  test.each([
    [
      "a field of two owners",
      { users, reviews: reviews.replace("reviews: [", "name: String reviews: [") },
      "INVALID_FIELD_SHARING",
      "(subgraph reviews, line 3)",
    ],
    [
      "a requirement that nobody meets",
      { users, reviews: reviews.replace("reviews: [Review!]!", 'reviews: Int @requires(fields: "age")') },
      "REQUIRES_INVALID_FIELDS",
      "(subgraph reviews, line 3)",
    ],
    [
      "a schema that does not parse",
      { users, reviews: `${reviews}\ntype {` },
      "INVALID_GRAPHQL",
      "(subgraph reviews, line 4)",
    ],
    [
      "subscriptions that are data",
      {
        users,
        reviews: `${federation}\ntype Query { plans: [Subscription!]! }\ntype Subscription { id: ID! }`,
      },
      "ROOT_SUBSCRIPTION_AS_OBJECT",
      "(subgraph reviews, line 2)",
    ],
  ])("%s: one clear error with its place", async (_, schemas, code, place) => {
    using folder = new RoverFolder();
    folder.writeSupergraph(schemas);
    const plain = await folder.rover(compose);
    expect(plain.exitCode).toBe(1);
    expect(plain.stdout).toBe("");
    expect(plain.stderr).toContain("error[E029]");
    expect(plain.stderr).toContain(`${code}: `);
    expect(plain.stderr).toContain(place);
    const json = JSON.parse((await folder.rover([...compose, "--format", "json"])).stdout);
    const [error] = json.error.details.build_errors;
    expect(error.code).toBe(code);
    expect(error.nodes[0]).toMatchObject({
      subgraph: expect.any(String),
      start: { line: expect.any(Number) },
    });
  });

  test("a root of subscriptions is no trap", async () => {
    using folder = new RoverFolder();
    folder.writeSupergraph({ users, reviews: `${reviews}\ntype Subscription { reviewAdded: Review }` });
    expect((await folder.rover(compose)).exitCode).toBe(0);
  });

  test("an unknown composition is refused", async () => {
    using folder = new RoverFolder();
    folder.writeSupergraph({ users, reviews });
    const { exitCode, stderr } = await folder.rover(compose, { MYCELIUM_COMPOSITION: "other" });
    expect(exitCode).not.toBe(0);
    expect(stderr).toContain("it can be mit or apollo");
  });
});
