import { join } from "node:path";
import { testServer } from "@mycelium/database/testing";
import { prepareJobs } from "@mycelium/jobs";
import { createLogger } from "@mycelium/subgraph-kit";
import { testContextHeader, trustTestCaller } from "@mycelium/subgraph-kit/testing";
import { groundSchemas, type Host, openHost } from "../host.ts";

export interface TestHost extends Host {
  /** The text of every statement so far. */
  statements: string[];
  /** Every line that was logged. */
  lines: string[];
}

/** A suite's ground: a database of its own with the schemas that it names, and callers who are believed. */
export async function testHost(schemas: readonly string[]): Promise<TestHost> {
  const root = join(import.meta.dirname, "../../../..");
  const databaseServer = await testServer({
    folder: join(root, "drizzle"),
    schemas: [...groundSchemas, ...schemas],
  });
  await prepareJobs(databaseServer);
  const statements: string[] = [];
  const lines: string[] = [];
  const host = await openHost({
    environment: { VAULT_KEYS: `test:${Buffer.alloc(32, 1).toString("base64")}` },
    root,
    verifyContext: trustTestCaller,
    headersFor: (caller) => ({ [testContextHeader]: JSON.stringify(caller) }),
    databaseServer,
    log: createLogger({ name: "test", level: "debug", destination: { write: (line) => lines.push(line) } }),
    onStatement: (sql) => statements.push(sql),
  });
  return { ...host, statements, lines };
}
