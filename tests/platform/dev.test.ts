import { afterAll, beforeAll, expect, test } from "bun:test";
import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { eventually } from "@mycelium/database/testing";
import { root } from "../../start/settings.ts";
import { freePort } from "../support/free-port.ts";

/** A checkout of its own, with what is edited as copies. */
const checkout = mkdtempSync(join(tmpdir(), "mycelium-dev-"));
const copied = [
  "start",
  "scripts",
  "rover",
  "subgraphs",
  "config",
  "rover.config.yaml",
  "supergraph.graphql",
];
const linked = ["node_modules", "packages", "router", "sandbox", "drizzle"];
const schemaPath = join(checkout, "subgraphs/orders/schema.graphql");
let child: Bun.Subprocess<"ignore", "pipe", "pipe">;
let output = "";
let port: number;

beforeAll(async () => {
  for (const name of copied) cpSync(join(root, name), join(checkout, name), { recursive: true });
  for (const name of linked) symlinkSync(join(root, name), join(checkout, name));
  port = freePort();
  child = Bun.spawn([process.execPath, join(checkout, "start/dev.ts")], {
    cwd: checkout,
    env: {
      ...{ PATH: process.env.PATH, HOME: process.env.HOME, MYCELIUM_DATA: join(checkout, ".data") },
      ...{ ROUTER_LISTEN: `127.0.0.1:${port}`, HEALTH_LISTEN: `127.0.0.1:${freePort()}` },
      ...{ METRICS_LISTEN: `127.0.0.1:${freePort()}`, EDGE_PORT: String(freePort()) },
      ...{ SANDBOX_PORT: String(freePort()), SANDBOX_SMTP_PORT: String(freePort()), LOG_LEVEL: "error" },
    },
    stdin: "ignore",
    stdout: "pipe",
    stderr: "pipe",
  });
  for (const stream of [child.stdout, child.stderr]) void follow(stream);
  await eventually(() => /TOKEN=(\S+)/.test(output));
}, 60_000);
afterAll(async () => {
  child.kill("SIGTERM");
  await child.exited;
  rmSync(checkout, { recursive: true, force: true });
}, 60_000);

async function follow(stream: ReadableStream<Uint8Array>): Promise<void> {
  const decoder = new TextDecoder();
  for await (const chunk of stream) output += decoder.decode(chunk, { stream: true });
}

async function ask(query: string) {
  const token = [...output.matchAll(/TOKEN=(\S+)/g)].at(-1)?.[1];
  const response = await fetch(`http://127.0.0.1:${port}/graphql`, {
    method: "POST",
    headers: { "content-type": "application/json", authorization: `Bearer ${token}` },
    body: JSON.stringify({ query }),
  }).catch(() => undefined);
  // biome-ignore lint/suspicious/noExplicitAny: a test reads whatever its own query has selected.
  return (await response?.json()) as any;
}

const save = (change: (schema: string) => string) =>
  writeFileSync(schemaPath, change(readFileSync(schemaPath, "utf8")));

test("what is saved is served; what does not compose is told with its place, and the old graph serves on", async () => {
  const fine = readFileSync(schemaPath, "utf8");
  expect((await ask("{ toast { tables { id } } }")).errors).toBeUndefined();

  save((schema) => schema.replace("type ToastAPI {", "type ToastAPI {\n  nothing: Missing"));
  await eventually(() => output.includes("not composed"));
  expect(output).toContain("(subgraph orders, line");
  expect((await ask("{ toast { tables { id } } }")).errors).toBeUndefined();

  writeFileSync(schemaPath, fine.replace("type ToastAPI {", "type ToastAPI {\n  motto: String"));
  await eventually(async () => (await ask("{ toast { motto } }"))?.data?.toast?.motto === null);
  expect(readFileSync(join(checkout, "supergraph.graphql"), "utf8")).toContain("motto: String");
}, 90_000);
