import { describe, expect, test } from "bun:test";
import { serverAudits } from "graphql-http";
import {
  type Caller,
  createSubgraph,
  defineErrors,
  defineLoader,
  kitDirectives,
  type RequestContext,
} from "./index.ts";
import { createLogger } from "./telemetry/logger.ts";
import { ask, askEntities, testCaller, testContextHeader, trustTestCaller } from "./testing/index.ts";

const typeDefs = /* GraphQL */ `
  extend schema @link(url: "https://specs.apollo.dev/federation/v2.7", import: ["@key"])
  ${kitDirectives}

  type Query {
    guest(id: ID!): Guest
    guests: [Guest!]!
    me: String @auth(requires: USER)
    secret: String @auth(requires: ADMIN)
    limited: Int! @rateLimit(limit: 2, duration: 60)
    broken: Int
    known: Int
    kept: Guest @cacheControl(maxAge: 60)
  }

  type Mutation {
    rename(id: ID!, name: String!): Guest!
  }

  type Guest @key(fields: "id") @key(fields: "email") {
    id: ID!
    email: String
    name: String!
    friends: [Guest!]!
  }
`;

const errors = defineErrors({
  GUEST_ON_LEAVE: { status: 409, message: ({ name }: { name: string }) => `${name} is on leave` },
});

interface Guest {
  id: string;
  email: string;
  name: string;
}
const guests: readonly Guest[] = ["Ada", "Ben", "Cleo"].map((name, index) =>
  Object.freeze({ id: String(index + 1), email: `${name.toLowerCase()}@example.com`, name }),
);

function makeSubgraph() {
  const batches: (readonly string[])[] = [];
  const lines: string[] = [];
  const guestById = defineLoader(async (ids: readonly string[], _: RequestContext) => {
    batches.push(ids);
    return ids.map((id) => {
      if (id === "13") return new Error("password=hunter2 in the database's words");
      return guests.find((guest) => guest.id === id) ?? null;
    });
  });
  const subgraph = createSubgraph({
    name: "guests",
    typeDefs,
    log: createLogger({ name: "guests", level: "debug", destination: { write: (line) => lines.push(line) } }),
    verifyContext: trustTestCaller,
    resolvers: {
      Query: {
        guest: (_: unknown, { id }: { id: string }, context: RequestContext) => guestById.load(context, id),
        guests: () => guests,
        me: (_: unknown, __: unknown, { caller }: RequestContext) => caller.userId,
        secret: () => "for admins",
        limited: () => 1,
        broken: () => {
          throw new Error("connection to postgres://u:hunter2@db lost");
        },
        known: () => {
          throw errors.GUEST_ON_LEAVE({ name: "Ada" });
        },
        kept: () => guests[0],
      },
      Mutation: { rename: (_: unknown, { id, name }: { id: string; name: string }) => ({ id, name }) },
      Guest: {
        __resolveReferences: (references: { id?: string; email?: string }[], context: RequestContext) =>
          guestById.loadMany(
            context,
            references.map(
              ({ id, email }) => id ?? guests.find((guest) => guest.email === email)?.id ?? "none",
            ),
          ),
        friends: ({ id }: Guest, _: unknown, context: RequestContext) =>
          guestById.loadMany(
            context,
            guests.map((guest) => guest.id).filter((other) => other !== id),
          ),
      },
    },
  });
  return { subgraph, batches, lines };
}

describe("a subgraph answers", () => {
  test("queries, the first time and compiled from the second on, the same", async () => {
    const { subgraph } = makeSubgraph();
    const query = "{ guests { name friends { name } } }";
    const first = await ask(subgraph, query);
    expect(first.data.guests[0]).toEqual({ name: "Ada", friends: [{ name: "Ben" }, { name: "Cleo" }] });
    for (let use = 0; use < 3; use++) expect((await ask(subgraph, query)).data).toEqual(first.data);
  });

  test("nobody without the router's signed context", async () => {
    const { subgraph } = makeSubgraph();
    const { status, errors, data } = await ask(subgraph, "{ guests { name } }", null);
    expect({ status, data, code: errors?.[0]?.extensions.code }).toEqual({
      status: 401,
      data: undefined,
      code: "CONTEXT_REQUIRED",
    });
  });

  test("what GraphQL over HTTP asks for", async () => {
    const { subgraph } = makeSubgraph();
    const fetchFn = (url: string, init: RequestInit = {}) => {
      const headers = new Headers(init.headers);
      headers.set(testContextHeader, JSON.stringify(testCaller()));
      return subgraph.app.request(url, { ...init, headers });
    };
    const audits = serverAudits({ url: "http://guests/graphql", fetchFn });
    const results = await Promise.all(audits.map((audit) => audit.fn()));
    const found = results.flatMap((result) =>
      result.status === "ok" ? [] : [`${result.status}: ${result.name}`],
    );
    // As the router: 400 for a document that cannot be run, whatever the media type.
    expect(found.sort()).toEqual([
      "warn: SHOULD use 200 status code on document parsing failure when accepting application/json",
      "warn: SHOULD use 200 status code on document validation failure when accepting application/json",
      "warn: SHOULD use a status code of 200 on variable coercion failure when accepting application/json",
    ]);
  });

  test.each([
    ["text/plain", 415],
    ["application/json; charset=utf-8", 200],
    ['application/json;charset="UTF-8"', 200],
    ["application/json; charset=latin1", 415],
    ["application/jsonp", 415],
  ])("a body of %p with %p", async (contentType, status) => {
    const { subgraph } = makeSubgraph();
    const headers = { "content-type": contentType, [testContextHeader]: JSON.stringify(testCaller()) };
    const response = await subgraph.app.request("/graphql", {
      method: "POST",
      headers,
      body: '{"query":"{ guests { id } }"}',
    });
    expect(response.status).toBe(status);
  });
});

describe("_entities", () => {
  test("loads all representations of a type in one call, whichever key they bear", async () => {
    const { subgraph, batches } = makeSubgraph();
    const representations = [
      { __typename: "Guest", id: "1" },
      { __typename: "Guest", email: "ben@example.com" },
      { __typename: "Guest", id: "1" },
      { __typename: "Guest", id: "404" },
    ];
    const { data } = await askEntities(subgraph, {
      representations,
      select: "__typename ... on Guest { name }",
    });
    expect(data._entities).toEqual([
      { __typename: "Guest", name: "Ada" },
      { __typename: "Guest", name: "Ben" },
      { __typename: "Guest", name: "Ada" },
      null,
    ]);
    expect(batches).toEqual([["1", "2", "404"]]);
  });

  test("nulls a reference that fails and keeps the others, compiled or not", async () => {
    const { subgraph, lines } = makeSubgraph();
    const representations = [{ id: "1" }, { id: "13" }, { id: "2" }].map((key) => ({
      __typename: "Guest",
      ...key,
    }));
    for (let use = 0; use < 3; use++) {
      const { data, errors } = await askEntities(subgraph, {
        representations,
        select: "... on Guest { name }",
      });
      expect(data._entities).toEqual([{ name: "Ada" }, null, { name: "Ben" }]);
      expect(errors).toMatchObject([
        { message: "Internal server error (request request-1)", path: ["_entities", 1] },
      ]);
    }
    expect(lines.join("")).toContain("in the database's words");
  });
});

describe("errors", () => {
  test("a registered one leaves with its code, message and details", async () => {
    const { subgraph } = makeSubgraph();
    const { errors, data } = await ask(subgraph, "{ known }");
    expect(data).toEqual({ known: null });
    expect(errors).toMatchObject([
      { message: "Ada is on leave", path: ["known"], extensions: { code: "GUEST_ON_LEAVE", name: "Ada" } },
    ]);
  });

  test("any other leaves as one generic line, and is logged in full", async () => {
    const { subgraph, lines } = makeSubgraph();
    for (let use = 0; use < 3; use++) {
      const answer = await ask(subgraph, 'query Broken { broken guest(id: "hunter2") { name } }');
      expect(JSON.stringify(answer)).not.toContain("hunter2");
      expect(answer.errors?.[0]).toMatchObject({
        message: "Internal server error (request request-1)",
        extensions: { code: "INTERNAL_SERVER_ERROR", requestId: "request-1" },
      });
    }
    const alerts = lines.map((line) => JSON.parse(line)).filter(({ severity }) => severity === "critical");
    expect(alerts).toHaveLength(3);
    expect(alerts[0]).toMatchObject({
      msg: "Internal server error in GraphQL",
      ...{ tenantId: "vinovoyage", requestId: "request-1", operation: "Broken", path: "broken" },
      query: 'query Broken { broken guest(id: "") { name } }',
    });
  });

  test.each([
    ["{ guests { nope } }", "GRAPHQL_VALIDATION_FAILED"],
    ["{ guests {", "GRAPHQL_PARSE_FAILED"],
    ["query A { me } query B { me }", "OPERATION_RESOLUTION_FAILURE"],
    [`{ guests { ${"friends { ".repeat(31)} id ${"}".repeat(31)} } }`, "OPERATION_TOO_DEEP"],
    [`{ guests { ${"id ".repeat(15_001)} } }`, "GRAPHQL_PARSE_FAILED"],
    [nestedFragments(20), "OPERATION_TOO_LARGE"],
  ])("%.30s is refused with 400 and %s", async (query, code) => {
    const { subgraph } = makeSubgraph();
    const { status, errors } = await ask(subgraph, query);
    expect({ status, code: errors?.[0]?.extensions.code }).toEqual({ status: 400, code });
  });
});

describe("directives", () => {
  const anonymous = testCaller({ userId: undefined, roles: [] });

  test("@auth lets through who has the role, or a greater one", async () => {
    const { subgraph } = makeSubgraph();
    const code = async (query: string, caller: Caller) =>
      (await ask(subgraph, query, caller)).errors?.[0]?.extensions.code;
    expect(await code("{ me }", testCaller())).toBeUndefined();
    expect(await code("{ me }", testCaller({ roles: ["ADMIN"] }))).toBeUndefined();
    expect(await code("{ me }", anonymous)).toBe("UNAUTHENTICATED");
    expect(await code("{ secret }", testCaller())).toBe("FORBIDDEN");
    expect(await code("{ secret }", testCaller({ roles: ["ADMIN"] }))).toBeUndefined();
  });

  test("@rateLimit counts for each caller of each tenant", async () => {
    const { subgraph } = makeSubgraph();
    const take = async (caller: Caller) =>
      (await ask(subgraph, "{ limited }", caller)).errors?.[0]?.extensions.code;
    expect([await take(testCaller()), await take(testCaller())]).toEqual([undefined, undefined]);
    expect(await take(testCaller())).toBe("RATE_LIMITED");
    expect(await take(testCaller({ userId: "user-2" }))).toBeUndefined();
    expect(await take(testCaller({ tenantId: "other" }))).toBeUndefined();
  });

  test("@cacheControl becomes Cache-Control, and errors are never kept", async () => {
    const { subgraph } = makeSubgraph();
    expect((await ask(subgraph, "{ kept { name } }")).headers.get("cache-control")).toBe(
      "max-age=60, public",
    );
    expect((await ask(subgraph, "{ kept { name } me }")).headers.get("cache-control")).toBe("no-store");
    expect((await ask(subgraph, "{ kept { name } broken }")).headers.get("cache-control")).toBe("no-store");
  });
});

describe("operating it", () => {
  test("health, readiness, and metrics by operation and tenant", async () => {
    const { subgraph } = makeSubgraph();
    await ask(subgraph, "query Guests { guests { id } }");
    expect(await (await subgraph.app.request("/health")).json()).toEqual({ status: "UP" });
    expect((await subgraph.app.request("/ready")).status).toBe(200);
    const metrics = await (await subgraph.app.request("/metrics")).text();
    expect(metrics).toContain(
      'graphql_request_duration_seconds_count{subgraph="guests",operation="Guests",tenant="vinovoyage",success="true"} 1',
    );
  });

  test("a subgraph that stops is not ready, and waits for what runs", async () => {
    const { subgraph } = makeSubgraph();
    const running = ask(subgraph, "{ guests { friends { name } } }");
    const closed = subgraph.close();
    expect((await subgraph.app.request("/ready")).status).toBe(503);
    await closed;
    expect((await running).data.guests).toHaveLength(3);
  });

  test("a context that cannot even be judged is a fault of ours", async () => {
    const { subgraph } = makeSubgraph();
    const response = await subgraph.app.request("/graphql", {
      method: "POST",
      headers: { [testContextHeader]: "not json" },
    });
    expect(response.status).toBe(500);
  });
});

/** A few hundred bytes that would be a million fields, each fragment spreading the next one twice. */
function nestedFragments(count: number): string {
  const parts = Array.from(
    { length: count },
    (_, index) =>
      `fragment F${index} on Guest { a: friends { ...F${index + 1} } b: friends { ...F${index + 1} } }`,
  );
  return `{ guests { ...F0 } } ${parts.join(" ")} fragment F${count} on Guest { id }`;
}
