import { expect, test } from "bun:test";
import { join } from "node:path";
import { failToStart, freePort, RouterProcess, startRouter } from "./support/router-process.ts";
import { meAnswer, meQuery, openShop } from "./support/shop.ts";

const { supergraph } = openShop();

test("a router starts, answers and ends", async () => {
  await using router = await startRouter({ supergraph });
  expect(await router.query(meQuery)).toEqual(meAnswer);
  router.signal("SIGTERM");
  expect(await router.ended()).toBe(0);
});

test("a port in use is one clear line", async () => {
  using taken = Bun.serve({ hostname: "127.0.0.1", port: 0, fetch: () => new Response() });
  const yaml = `supergraph: { listen: 127.0.0.1:${taken.port} }\nhealth_check: { enabled: false }`;
  for (const workers of ["1", "2"]) {
    expect(await failToStart({ supergraph, yaml, flags: ["--workers", workers] })).toEqual({
      exitCode: 1,
      stderr: `cannot listen on 127.0.0.1:${taken.port}: the address is in use`,
    });
  }
});

test("two routers do not share a port by accident", async () => {
  const yaml = `supergraph: { listen: 127.0.0.1:${freePort()} }`;
  await using first = await startRouter({ supergraph, yaml });
  expect((await failToStart({ supergraph, yaml })).exitCode).toBe(1);
  expect(await first.query(meQuery)).toEqual(meAnswer);
});

test.each([
  ["missing", undefined, /^there is no file .*supergraph\.graphql$/],
  ["not GraphQL", "lorem ipsum", /^the supergraph cannot be parsed \(line 1, column 1\): .*$/],
  ["a subgraph's schema", "type Query { a: Int }", /^this is not a supergraph: .*$/],
  [
    "broken in its types",
    supergraph.replace("type User", "type Person"),
    /^the supergraph cannot be used: .*$/,
  ],
])("a supergraph that is %s is one clear line", async (_what, given, line) => {
  const failure = await failToStart({ supergraph: given });
  expect(failure.exitCode).toBe(1);
  expect(failure.stderr).toMatch(line);
});

test("a configuration that is not there is one clear line", async () => {
  await using files = new RouterProcess({ supergraph });
  const missing = join(files.folder, "none.yaml");
  const failure = await failToStart({ supergraph, flags: ["--config", missing] });
  expect(failure).toEqual({ exitCode: 1, stderr: `there is no file ${missing}` });
});

test("what is wrong in the configuration is named with its place", async () => {
  const { exitCode, stderr } = await failToStart({
    supergraph,
    yaml: "supergraph:\n  listn: 127.0.0.1:0\ncors: 7",
  });
  const lines = stderr.split("\n");
  expect(exitCode).toBe(1);
  expect(lines).toHaveLength(2);
  expect(lines[0]).toMatch(/router\.yaml:2:3.*listn.*listen/);
  expect(lines[1]).toMatch(/router\.yaml:3:\d+.*cors/);
});

test("what only Apollo Router has is refused with a code of its own", async () => {
  const { exitCode, stderr } = await failToStart({ supergraph, yaml: "rhai: { main: main.rhai }" });
  expect(exitCode).toBe(3);
  expect(stderr).toMatch(/router\.yaml:1:\d+.*Rhai/i);
});

test.each([[["--suprgraph", "x"]], [["--workers", "none"]], [["config", "explain"]], [["stray"]]])(
  "flags %j are refused with a code of their own",
  async (flags) => {
    const { exitCode, stderr } = await failToStart({ supergraph, flags });
    expect(exitCode).toBe(2);
    expect(stderr).toContain("Usage: router");
  },
);
