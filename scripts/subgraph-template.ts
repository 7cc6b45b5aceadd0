import { kitDirectives } from "@mycelium/subgraph-kit";

/** A subgraph's files by path, in the shape that all of them have. */
export function subgraphFiles(name: string): Record<string, string> {
  const entity = `${name.charAt(0).toUpperCase()}${name.slice(1)}Item`;
  const at = `subgraphs/${name}`;
  return {
    [`drizzle/${name}/0001_items/up.sql`]: `CREATE TABLE items (
  id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
  tenant_id text NOT NULL DEFAULT mycelium.tenant_id(),
  name text NOT NULL,
  -- In milliseconds, as a cursor and JavaScript's Date have it.
  created_at timestamptz(3) NOT NULL DEFAULT now()
);
CREATE INDEX items_by_time ON items (tenant_id, created_at, id);
SELECT mycelium.protect('items');
SELECT mycelium.create_event_tables('${name}');
`,
    [`drizzle/${name}/0001_items/down.sql`]: `DROP TABLE items;
DROP TABLE inbox;
DROP TABLE outbox;
`,
    [`${at}/schema.graphql`]: `extend schema @link(url: "https://specs.apollo.dev/federation/v2.7", import: ["@key", "@shareable"])

${kitDirectives}
type Query {
  ${name}Items(first: Int = 20, after: String): ${entity}Connection! @auth(requires: USER)
}

type Mutation {
  add${entity}(input: Add${entity}Input!): ${entity}! @auth(requires: USER)
}

type ${entity} @key(fields: "id") {
  id: ID!
  name: String!
  createdAt: DateTime!
}

type ${entity}Connection {
  edges: [${entity}Edge!]!
  pageInfo: PageInfo!
}

type ${entity}Edge {
  cursor: String!
  node: ${entity}!
}

type PageInfo @shareable {
  hasNextPage: Boolean!
  hasPreviousPage: Boolean!
  startCursor: String
  endCursor: String
}

input Add${entity}Input {
  name: String!
}

scalar DateTime
`,
    [`${at}/src/db/tables.ts`]: `import { sql } from "drizzle-orm";
import { pgTable, text, timestamp, uuid } from "drizzle-orm/pg-core";

export const items = pgTable("items", {
  id: uuid().primaryKey().defaultRandom(),
  tenantId: text("tenant_id").notNull().default(sql\`mycelium.tenant_id()\`),
  name: text().notNull(),
  createdAt: timestamp("created_at", { withTimezone: true, precision: 3 }).notNull().defaultNow(),
});

export type ItemRow = typeof items.$inferSelect;
`,
    [`${at}/src/context.ts`]: `import type { RequestContext } from "@mycelium/subgraph-kit";
import type * as tables from "./db/tables.ts";

export type Context = RequestContext<typeof tables>;
`,
    [`${at}/src/item/find.ts`]: `import { defineLoader, inOrderOf } from "@mycelium/subgraph-kit";
import { inArray } from "drizzle-orm";
import type { Context } from "../context.ts";
import { items } from "../db/tables.ts";

export const itemById = defineLoader(async (ids: readonly string[], context: Context) => {
  const rows = await context.read((tx) =>
    tx
      .select()
      .from(items)
      .where(inArray(items.id, [...ids])),
  );
  return inOrderOf(ids, rows, (row) => row.id, null);
});
`,
    [`${at}/src/item/list.ts`]: `import { type Connection, type PageRequest, readPage, toConnection } from "@mycelium/subgraph-kit";
import { and, asc, sql } from "drizzle-orm";
import type { Context } from "../context.ts";
import { type ItemRow, items } from "../db/tables.ts";

const list = "${name}.items";

/** The oldest first. */
export async function listItems(context: Context, request: PageRequest): Promise<Connection<ItemRow>> {
  const page = readPage(request, { list, keys: 2 });
  const after = page.after && sql\`(\${items.createdAt}, \${items.id}) > (\${page.after[0]}::timestamptz, \${page.after[1]}::uuid)\`;
  const rows = await context.read((tx) =>
    tx
      .select()
      .from(items)
      .where(and(after || undefined))
      .orderBy(asc(items.createdAt), asc(items.id))
      .limit(page.limit),
  );
  return toConnection(rows, page, (row) => [row.createdAt.toISOString(), row.id]);
}
`,
    [`${at}/src/item/add.ts`]: `import { emit } from "@mycelium/events";
import { authorize, parseInput } from "@mycelium/subgraph-kit";
import { z } from "zod";
import type { Context } from "../context.ts";
import { type ItemRow, items } from "../db/tables.ts";

const addInput = z.object({ name: z.string().trim().min(1).max(200) });

export async function addItem(context: Context, input: unknown): Promise<ItemRow> {
  authorize(context, "USER");
  const { name } = parseInput(addInput, input);
  return context.transact(async (tx) => {
    const [item] = await tx.insert(items).values({ name }).returning();
    if (!item) throw new Error("an insert answered no row");
    await emit(tx, context.caller, {
      type: "${name}.item_added",
      aggregateId: item.id,
      aggregateType: "${entity}",
      payload: { name },
    });
    return item;
  });
}
`,
    [`${at}/src/resolvers.ts`]: `import { dateTimeScalar } from "@mycelium/subgraph-kit";
import type { Context } from "./context.ts";
import type { ItemRow } from "./db/tables.ts";
import { addItem } from "./item/add.ts";
import { itemById } from "./item/find.ts";
import { listItems } from "./item/list.ts";
import type { Resolvers } from "./schema-types.ts";

export const resolvers: Resolvers<Context, { ${entity}: ItemRow }> = {
  Query: {
    ${name}Items: (_, page, context) => listItems(context, page),
  },
  Mutation: {
    add${entity}: (_, { input }, context) => addItem(context, input),
  },
  ${entity}: {
    __resolveReferences: (references, context) =>
      itemById.loadMany(
        context,
        references.map(({ id }) => id),
      ),
  },
  DateTime: dateTimeScalar,
};
`,
    [`${at}/src/app.ts`]: `import { readFileSync } from "node:fs";
import type { HostedSubgraph, HostParts } from "@mycelium/host";
import { createSubgraph, type Subgraph } from "@mycelium/subgraph-kit";
import * as tables from "./db/tables.ts";
import { resolvers } from "./resolvers.ts";

export const name = "${name}";
export const typeDefs = readFileSync(new URL("../schema.graphql", import.meta.url), "utf8");

export function createApp(parts: HostParts): Subgraph<typeof tables> & HostedSubgraph {
  const database = parts.openDatabase({ schema: name, tables });
  return createSubgraph({ ...parts, name, typeDefs, resolvers, database });
}
`,
    [`${at}/src/main.ts`]: `import { runAlone } from "@mycelium/host";
import { createApp, name } from "./app.ts";

await runAlone({ name, port: 4100, createApp, environment: process.env });
`,
    [`${at}/src/app.test.ts`]: `import { afterAll, beforeAll, expect, test } from "bun:test";
import { findTenantLeaks } from "@mycelium/database/testing";
import { type TestHost, testHost } from "@mycelium/host/testing";
import { ask, askEntities, testCaller, uniqueTenant } from "@mycelium/subgraph-kit/testing";
import { createApp } from "./app.ts";

const caller = testCaller({ tenantId: uniqueTenant() });
let host: TestHost;
let subgraph: ReturnType<typeof createApp>;
beforeAll(async () => {
  host = await testHost(["${name}"]);
  subgraph = createApp(host.parts);
});
afterAll(() => host.close());

test("no tenant reaches another's rows", async () => {
  expect(await findTenantLeaks({ server: host.databaseServer, schema: "${name}" })).toEqual([]);
});

test("what is added is listed page by page, and found by its key", async () => {
  const add = (item: string) =>
    ask(subgraph, \`mutation { add${entity}(input: { name: "\${item}" }) { id } }\`, caller);
  const ids: string[] = [];
  for (const item of ["one", "two", "three"]) ids.push((await add(item)).data.add${entity}.id);
  const list = "edges { node { name } } pageInfo { hasNextPage endCursor }";
  const first = (await ask(subgraph, \`{ ${name}Items(first: 2) { \${list} } }\`, caller)).data.${name}Items;
  expect(first.pageInfo.hasNextPage).toBe(true);
  const rest = \`{ ${name}Items(first: 2, after: "\${first.pageInfo.endCursor}") { \${list} } }\`;
  const second = (await ask(subgraph, rest, caller)).data.${name}Items;
  expect(second.pageInfo.hasNextPage).toBe(false);
  const names = [first, second].flatMap(({ edges }) => edges.map((edge: { node: { name: string } }) => edge.node.name));
  expect(names.sort()).toEqual(["one", "three", "two"]);
  const representations = ids.map((id) => ({ __typename: "${entity}", id }));
  const found = await askEntities(subgraph, { representations, select: "... on ${entity} { name }" }, caller);
  expect(found.data._entities).toEqual([{ name: "one" }, { name: "two" }, { name: "three" }]);
});
`,
  };
}
