import { afterAll, beforeAll, expect } from "bun:test";
import { join } from "node:path";
import { type DatabaseServer, openDatabase } from "@mycelium/database";
import { testServer } from "@mycelium/database/testing";
import type { RoverResult } from "../../../rover/run-rover.ts";
import { RoverFolder } from "../../../rover/test-support/rover-folder.ts";
import { createRegistry } from "../app.ts";
import { type RegistryDatabase, schemaName } from "../database.ts";
import type { Role } from "../db/tables.ts";
import * as tables from "../db/tables.ts";
import { createKey } from "../keys/manage.ts";

export interface Reported {
  operation: string;
  operationName: string;
  clientName?: string;
  clientVersion?: string;
  count?: number;
  errors?: number;
  fields?: readonly string[];
  arguments?: readonly string[];
  inputFields?: readonly string[];
  enumValues?: readonly string[];
  agoMs?: number;
}

/** A registry on a database of its own, the real Rover before it, and a graph. */
export class RegistryUnderTest {
  readonly folder = new RoverFolder();
  readonly faults: unknown[] = [];
  database!: RegistryDatabase;
  server!: DatabaseServer;
  url = "";
  private http: Bun.Server<unknown> | undefined;
  private readonly keys = new Map<string, Promise<string>>();

  async start(): Promise<void> {
    const root = join(import.meta.dir, "../../..");
    this.server = await testServer({ folder: join(root, "drizzle"), schemas: [schemaName] });
    this.database = openDatabase({ server: this.server, schema: schemaName, tables });
    this.comeBack(0);
  }

  /** The port on which it was. */
  async goAway(): Promise<number> {
    const port = this.http?.port ?? 0;
    await this.http?.stop(true);
    return port;
  }

  comeBack(port: number): void {
    const http = Bun.serve({
      ...{ port, hostname: "127.0.0.1", idleTimeout: 60 },
      fetch: (request) => app.fetch(request),
    });
    this.http = http;
    this.url = http.url.origin;
    const app = createRegistry({
      database: this.database,
      publicUrl: this.url,
      log: (fault) => this.faults.push(fault),
    });
  }

  async close(): Promise<void> {
    await this.http?.stop(true);
    await this.database?.close();
    await this.server?.close();
    this.folder[Symbol.dispose]();
  }

  key(role: Role = "ADMIN", graphId = "vino"): Promise<string> {
    const name = `${graphId} ${role}`;
    const known = this.keys.get(name) ?? createKey(this.database, { graphId, name, role });
    this.keys.set(name, known);
    return known;
  }

  async rover(args: readonly string[], key?: string): Promise<RoverResult> {
    return this.folder.rover(args, {
      APOLLO_REGISTRY_URL: `${this.url}/graphql`,
      APOLLO_KEY: key ?? (await this.key()),
      NO_COLOR: "1",
    });
  }

  async json(args: readonly string[], key?: string) {
    const { stdout, exitCode } = await this.rover([...args, "--format", "json"], key);
    return { exitCode, ...JSON.parse(stdout) };
  }

  /** Publishes as a person at a desk does. */
  async publish(subgraph: string, sdl: string, { ref = "vino@main", url = `http://${subgraph}.test` } = {}) {
    this.folder.write(`${subgraph}.graphql`, sdl);
    const file = `${subgraph}.graphql`;
    return this.rover([
      ...["subgraph", "publish", ref, "--name", subgraph, "--schema", file, "--routing-url", url],
    ]);
  }

  async post(path: string, body: unknown, key?: string): Promise<Response> {
    return fetch(`${this.url}${path}`, {
      method: "POST",
      headers: { "content-type": "application/json", "x-api-key": key ?? (await this.key()) },
      body: JSON.stringify(body),
    });
  }

  /** As a router tells of one operation. Gives what was sent, to be sent again. */
  async report({ agoMs = 0, ...record }: Reported) {
    const from = new Date(Date.now() - agoMs).toISOString();
    const whole = { clientName: "web", count: 1, errors: 0, latencyMsSum: 1, ...record };
    const about = { batchId: crypto.randomUUID(), graph: "vino", variant: "main", from, to: from };
    const body = { ...about, records: [whole] };
    const response = await this.post("/usage", body, await this.key("ROUTER"));
    expect(response.status).toBe(200);
    return body;
  }

  async graphql(query: string, variables: Record<string, unknown> = {}) {
    // biome-ignore lint/suspicious/noExplicitAny: a test reads whatever its own query has selected.
    return (await this.post("/graphql", { query, variables })).json() as Promise<any>;
  }
}

export function registryUnderTest(): RegistryUnderTest {
  const under = new RegistryUnderTest();
  beforeAll(() => under.start(), 120_000);
  afterAll(() => under.close());
  return under;
}
