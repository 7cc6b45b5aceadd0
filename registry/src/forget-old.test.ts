import { expect, test } from "bun:test";
import { findTenantLeaks } from "@mycelium/database/testing";
import { sql } from "drizzle-orm";
import { forgetOld } from "./forget-old.ts";
import { registryUnderTest } from "./test-support/registry-under-test.ts";

const under = registryUnderTest();

test("old use is forgotten with the operations that nobody asks any more; what is younger stays", async () => {
  await under.key();
  const report = (name: string, daysAgo: number) =>
    under.report({ operation: `query ${name}{a}`, operationName: name, agoMs: daysAgo * 86_400_000 });
  await report("Old", 401);
  await report("Young", 399);
  const session = { tenantId: "vino" };
  await under.database.transact(session, (tx) =>
    tx.execute(sql`UPDATE operations SET first_seen = now() - interval '401 days'`),
  );
  await under.database.transact(session, (tx) =>
    tx.execute(sql`UPDATE reports SET taken_at = now() - interval '8 days'`),
  );
  await forgetOld(under.database);
  const operations = await under.database.read(session, (tx) => tx.query.operations.findMany());
  expect(operations.map(({ name }) => name)).toEqual(["Young"]);
  expect(await under.database.read(session, (tx) => tx.query.reports.findMany())).toEqual([]);
});

test("no graph reaches another's rows", async () => {
  const samples = { checks: { status: "PASSED" }, keys: { role: "READER" }, launches: { kind: "PUBLISH" } };
  expect(await findTenantLeaks({ server: under.server, schema: "registry", samples })).toEqual([]);
});
