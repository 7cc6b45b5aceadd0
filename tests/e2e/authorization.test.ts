import { afterAll, afterEach, beforeAll, describe, expect, setDefaultTimeout, test } from "bun:test";
import { type RouterProcess, startRouter } from "./support/router-process.ts";
import { compose } from "./support/shop.ts";
import { Subgraph } from "./support/subgraph.ts";
import { bearer, TokenIssuer } from "./support/token-issuer.ts";

setDefaultTimeout(20_000);

const link = `extend schema
  @link(url: "https://specs.apollo.dev/federation/v2.6", import: [
    "@key", "@external", "@requires", "@shareable",
    { name: "@authenticated", as: "@signedIn" }, "@requiresScopes", "@policy"
  ])`;

const people = new Subgraph({
  name: "people",
  sdl: `${link}
    type Query {
      me: Person
      secret: String @signedIn
      everybody(first: Int): [Person!]
      node: Node
      search: [Found]
      billing: Billing
      adult: String @policy(policies: [["adult"]])
      product: Product
    }
    type Mutation @signedIn { rename(name: String!): Person }
    interface Node { id: ID! title: String }
    union Found = Person | Robot
    type Person implements Node @key(fields: "id") {
      id: ID!
      name: String
      title: String @signedIn
      email: String @requiresScopes(scopes: [["email", "profile"], ["admin"]])
      phone: String! @requiresScopes(scopes: [["phone"]])
      salary: Salary
      weight: Int @requiresScopes(scopes: [["health"]])
    }
    type Robot implements Node @key(fields: "id") @requiresScopes(scopes: [["robots"]]) {
      id: ID! title: String model: String
    }
    type Product @key(fields: "sku") { sku: String @signedIn label: String }
    type Billing { total: Int level: Level }
    scalar Salary @requiresScopes(scopes: [["money"]])
    enum Level @signedIn { LOW HIGH }`,
  answer: answerPeople,
});

const clinic = new Subgraph({
  name: "clinic",
  sdl: `${link}
    type Person @key(fields: "id") {
      id: ID!
      weight: Int @external
      dose: Int @requires(fields: "weight") @requiresScopes(scopes: [["health"]])
      ward: String
    }
    type Product @key(fields: "sku") { sku: String @signedIn beds: Int }`,
  answer: ({ variables }) => {
    const representations = variables.representations as { __typename: string; weight?: number }[];
    const entities = representations.map(({ __typename, weight = 0 }) =>
      __typename === "Product" ? { __typename, beds: 4 } : { __typename, dose: weight * 2, ward: "A" },
    );
    return Response.json({ data: { _entities: entities } });
  },
});

const ada = {
  __typename: "Person",
  id: "1",
  name: "Ada",
  title: "Countess",
  email: "ada@x",
  phone: "1815",
  salary: 10,
  weight: 60,
  honour: "Countess",
};
const robot = { __typename: "Robot", id: "r", title: "Robby", model: "M" };

function answerPeople(): Response {
  const data = {
    me: ada,
    secret: "s",
    everybody: [ada],
    node: ada,
    search: [ada, robot],
    billing: { total: 1, level: "HIGH" },
    adult: "x",
    product: { __typename: "Product", sku: "p1", label: "Bed" },
    rename: ada,
  };
  return Response.json({ data });
}

const issuer = await TokenIssuer.open();
const jwt = `authentication: { router: { jwt: { jwks: [{ url: "${issuer.url}" }] } } }`;
/**
 * Composition puts the rules of types and of what a field is computed from on interfaces and on the field itself. Older
 * ones do not, and the router must not depend on it.
 */
const supergraph = compose([people, clinic])
  .replace(/(dose: .*) @requiresScopes\(.*\)/, "$1")
  .replace(/interface Node [^}]*}/, (text) => text.replaceAll(/ @(signedIn|requiresScopes\(.*?\]\]\))/g, ""));
const scoped = async (scope: string) => bearer(await issuer.sign({ sub: "ada", scope }));
const signedIn = () => scoped("");

let router: RouterProcess;
beforeAll(async () => {
  router = await startRouter({ supergraph, yaml: jwt });
});
afterEach(() => {
  people.reset(answerPeople);
  clinic.reset(clinic.answer);
});
afterAll(async () => {
  for (const each of [router, people, clinic, issuer]) await each[Symbol.asyncDispose]();
});

const unauthorized = (...path: string[]) => ({
  message: "Unauthorized field or type",
  path,
  extensions: { code: "UNAUTHORIZED_FIELD_OR_TYPE" },
});

async function ask(query: string, headers: Record<string, string> = {}, to = router) {
  const response = await to.post(query, { headers });
  return { status: response.status, body: (await response.json()) as Record<string, unknown> };
}

/** All that subgraphs were asked, for looking what is not in it. */
function asked(): string {
  return [...people.calls, ...clinic.calls].map(({ query }) => query).join("\n");
}

describe("what a caller may not see is taken out before any subgraph is asked:", () => {
  const cases: Record<
    string,
    {
      query: string;
      data: unknown;
      paths: string[][];
      /** Never in what subgraphs are asked. */
      hidden: string[];
      /** What it takes to see it all, and the data then. */
      allowed?: [headers: () => Promise<Record<string, string>>, data: unknown];
    }
  > = {
    "a root field": {
      query: "{ secret billing { total } }",
      data: { secret: null, billing: { total: 1 } },
      paths: [["secret"]],
      hidden: ["secret"],
      allowed: [signedIn, { secret: "s", billing: { total: 1 } }],
    },
    "a field below": {
      query: "{ me { name title } }",
      data: { me: { name: "Ada", title: null } },
      paths: [["me", "title"]],
      hidden: ["title"],
      allowed: [signedIn, { me: { name: "Ada", title: "Countess" } }],
    },
    "a field under another name, whose path then ends above it": {
      query: "{ me { name honour: title } }",
      data: { me: { name: "Ada", honour: null } },
      paths: [["me"]],
      hidden: ["title"],
      allowed: [signedIn, { me: { name: "Ada", honour: "Countess" } }],
    },
    "a field of list items": {
      query: "{ everybody { name email } }",
      data: { everybody: [{ name: "Ada", email: null }] },
      paths: [["everybody", "@", "email"]],
      hidden: ["email"],
      allowed: [() => scoped("admin"), { everybody: [{ name: "Ada", email: "ada@x" }] }],
    },
    "a field that one set of scopes of several opens": {
      query: "{ me { email } }",
      data: null,
      paths: [["me", "email"]],
      hidden: ["email"],
      allowed: [() => scoped("profile email"), { me: { email: "ada@x" } }],
    },
    "a scalar": {
      query: "{ me { name salary } }",
      data: { me: { name: "Ada", salary: null } },
      paths: [["me", "salary"]],
      hidden: ["salary"],
      allowed: [() => scoped("money"), { me: { name: "Ada", salary: 10 } }],
    },
    "an enum": {
      query: "{ billing { total level } }",
      data: { billing: { total: 1, level: null } },
      paths: [["billing", "level"]],
      hidden: ["level"],
      allowed: [signedIn, { billing: { total: 1, level: "HIGH" } }],
    },
    "a field in a named fragment, with its variable": {
      query:
        "query($n: Int) { me { name ...F } everybody(first: $n) { ...F } } fragment F on Person { title }",
      data: { me: { name: "Ada", title: null }, everybody: null },
      paths: [
        ["me", "title"],
        ["everybody", "@", "title"],
      ],
      hidden: ["title", "everybody", "$n"],
      allowed: [signedIn, { me: { name: "Ada", title: "Countess" }, everybody: [{ title: "Countess" }] }],
    },
    "a member of a union": {
      query: "{ search { ... on Person { name } ... on Robot { model } } }",
      data: { search: [{ name: "Ada" }, { model: null }] },
      paths: [["search", "@", "... on Robot"]],
      hidden: ["Robot"],
      allowed: [() => scoped("robots"), { search: [{ name: "Ada" }, { model: "M" }] }],
    },
    "an interface, of which one type is guarded": {
      query: "{ me { name } node { id } }",
      data: { me: { name: "Ada" }, node: null },
      paths: [["node"]],
      hidden: ["node"],
      allowed: [() => scoped("robots"), { me: { name: "Ada" }, node: { id: "1" } }],
    },
    "an interface's field that one type guards": {
      query: "{ node { ... on Person { name } ... on Node { title } } }",
      data: { node: { name: "Ada", title: null } },
      paths: [["node", "... on Node", "title"]],
      hidden: ["title"],
      allowed: [signedIn, { node: { name: "Ada", title: "Countess" } }],
    },
    "what is computed from a guarded field": {
      query: "{ me { name dose ward } }",
      data: { me: { name: "Ada", dose: null, ward: "A" } },
      paths: [["me", "dose"]],
      hidden: ["weight", "dose"],
      allowed: [() => scoped("health"), { me: { name: "Ada", dose: 120, ward: "A" } }],
    },
    "a key, which leads on to other subgraphs all the same": {
      query: "{ product { label beds sku } }",
      data: { product: { label: "Bed", beds: 4, sku: null } },
      paths: [["product", "sku"]],
      hidden: [],
      allowed: [signedIn, { product: { label: "Bed", beds: 4, sku: "p1" } }],
    },
    "a policy that nobody answers": {
      query: "{ adult billing { total } }",
      data: { adult: null, billing: { total: 1 } },
      paths: [["adult"]],
      hidden: ["adult"],
    },
  };

  test.each(Object.keys(cases))("%s", async (name) => {
    const { query, data, paths, hidden, allowed } = cases[name]!;
    const errors = paths.map((path) => unauthorized(...path));
    // The second and third time an operation goes through code that is written for it.
    for (let again = 0; again < 3; again++) {
      expect(await ask(query)).toEqual({
        status: 200,
        body: data === null ? { data, errors } : { data, errors },
      });
    }
    for (const text of hidden) expect(asked()).not.toContain(text);
    if (!allowed) return;
    for (let again = 0; again < 3; again++) {
      expect(await ask(query, await allowed[0]())).toEqual({ status: 200, body: { data: allowed[1] } });
    }
    expect((await ask(query)).body.errors).toEqual(errors);
  });
});

test("a mutation whose root is guarded is not run", async () => {
  const mutation = 'mutation { rename(name: "x") { name } }';
  expect(await ask(mutation)).toEqual({
    status: 200,
    body: { data: null, errors: [{ ...unauthorized(), path: [] }] },
  });
  expect(people.calls).toEqual([]);
  expect((await ask(mutation, await signedIn())).body).toEqual({ data: { rename: { name: "Ada" } } });
});

test("a guarded field that may not be null takes its parent with it", async () => {
  const { body } = await ask("{ me { name phone } }");
  expect(body).toMatchObject({ data: { me: null }, errors: [unauthorized("me", "phone")] });
  expect(asked()).not.toContain("phone");
});

test("an interface of which only unguarded types are asked is answered", async () => {
  expect((await ask("{ node { __typename ... on Person { name } } }")).body).toEqual({
    data: { node: { __typename: "Person", name: "Ada" } },
  });
});

test("callers with other rights never see one another's answer, however they mix", async () => {
  const query = "{ me { name title email } }";
  const callers = [
    { headers: {}, me: { name: "Ada", title: null, email: null } },
    { headers: await signedIn(), me: { name: "Ada", title: "Countess", email: null } },
    { headers: await scoped("admin"), me: { name: "Ada", title: "Countess", email: "ada@x" } },
    { headers: await scoped("email"), me: { name: "Ada", title: "Countess", email: null } },
    { headers: await scoped("email profile"), me: { name: "Ada", title: "Countess", email: "ada@x" } },
  ];
  const requests = Array.from({ length: 100 }, (_, index) => callers[(index * 7) % callers.length]!);
  const answers = await Promise.all(requests.map(({ headers }) => ask(query, headers)));
  expect(answers.map(({ body }) => (body.data as { me: unknown }).me)).toEqual(requests.map(({ me }) => me));
});

describe("the configuration", () => {
  const title = "{ me { name title } }";
  const part = { me: { name: "Ada", title: null } };
  const whole = { me: { name: "Ada", title: "Countess" } };
  const error = unauthorized("me", "title");

  test.each([
    ["enabled: false", { data: whole }],
    ["dry_run: true", { data: whole, errors: [error] }],
    ["reject_unauthorized: true", { data: null, errors: [error] }],
    ["reject_unauthorized: true, dry_run: true", { data: null, errors: [error] }],
    ["errors: { response: extensions }", { data: part, extensions: { authorizationErrors: [error] } }],
    ["errors: { response: disabled }", { data: part }],
  ])("{ %s }", async (keys, expected) => {
    await using configured = await startRouter({
      supergraph,
      yaml: `${jwt}\nauthorization: { directives: { ${keys} } }`,
    });
    for (let again = 0; again < 3; again++) {
      expect((await ask(title, {}, configured)).body).toEqual(expected);
      expect((await ask(title, await signedIn(), configured)).body).toEqual({ data: whole });
    }
    const isLogged = configured.messages.includes("Authorization error");
    expect(isLogged).toBe(!keys.startsWith("enabled"));
  });
});
