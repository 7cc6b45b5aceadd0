// Runs the public federation gateway audit, from a checkout with its packages installed, against our router:
//   npm run audit:federation -- --audit <checkout> [--suite <id>] [--verbose] [--engine apollo]
import { deepStrictEqual } from "node:assert";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { parseArgs } from "node:util";
import { type Engine, freePort, startRouter } from "../../tests/conformance/harness/start-router.ts";

interface AuditTest {
  query: string;
  expected: { data?: unknown; errors?: boolean };
}

interface Failure {
  suite: string;
  index: number;
  query: string;
  why: string;
}

const requestTimeoutMs = 10_000;
const { values: flags } = parseArgs({
  options: {
    audit: { type: "string" },
    engine: { type: "string", default: "mycelium" },
    suite: { type: "string", multiple: true },
    verbose: { type: "boolean", default: false },
  },
});
if (!flags.audit) {
  console.error("Which audit? Give the folder of a checkout with its packages installed: --audit <folder>");
  process.exit(2);
}

const failures = await runAudit(resolve(flags.audit), flags.engine as Engine);
if (flags.verbose) for (const failure of failures) printFailure(failure);
process.exit(failures.length === 0 ? 0 : 1);

async function runAudit(checkout: string, engine: Engine): Promise<Failure[]> {
  await using auditServer = await serveAudit(checkout);
  const auditUrl = auditServer.url;
  const suites = (await fetchJson<string[]>(`${auditUrl}/ids`)).filter(
    (id) => !flags.suite || flags.suite.includes(id),
  );
  const failures: Failure[] = [];
  let total = 0;
  for (const suite of suites) {
    const result = await runSuite({ suite, suiteUrl: `${auditUrl}/${suite}`, engine });
    total += result.total;
    failures.push(...result.failures);
    const passed = result.total - result.failures.length;
    const failed = result.failures.map((failure) => `#${failure.index}`).join(" ");
    console.log(`${suite.padEnd(42)} ${passed}/${result.total}${failed ? `  failed: ${failed}` : ""}`);
  }
  console.log(`${total - failures.length} passed, ${failures.length} failed`);
  return failures;
}

/** The audit's subgraphs, in a process of their own. Its handler of SIGTERM never ends it, hence the SIGKILL. */
async function serveAudit(checkout: string): Promise<AsyncDisposable & { url: string }> {
  const port = freePort();
  const script = `(await import(${JSON.stringify(join(checkout, "src/index.ts"))})).serve(${port})`;
  const child = Bun.spawn([process.execPath, "-e", script], { cwd: checkout, stdout: "ignore" });
  const url = `http://localhost:${port}`;
  for (let attempt = 0; attempt < 200 && child.exitCode === null; attempt++) {
    if ((await fetch(`${url}/ids`).catch(() => undefined))?.ok) break;
    await Bun.sleep(50);
  }
  return {
    url,
    async [Symbol.asyncDispose]() {
      child.kill("SIGKILL");
      await child.exited;
    },
  };
}

async function runSuite({ suite, suiteUrl, engine }: { suite: string; suiteUrl: string; engine: Engine }) {
  const folder = mkdtempSync(join(tmpdir(), "federation-audit-"));
  const tests = await fetchJson<AuditTest[]>(`${suiteUrl}/tests`);
  const failures: Failure[] = [];
  try {
    const files = {
      supergraphPath: join(folder, "supergraph.graphql"),
      configPath: join(folder, "router.yaml"),
    };
    const [port, healthPort] = [freePort(), freePort()];
    writeFileSync(files.supergraphPath, await (await fetch(`${suiteUrl}/supergraph`)).text());
    writeFileSync(files.configPath, routerYaml({ port, healthPort }));
    await using _router = await startRouter({
      engine,
      ...files,
      healthUrl: `http://127.0.0.1:${healthPort}/health`,
    });
    for (const [index, test] of tests.entries()) {
      const why = await runTest(`http://127.0.0.1:${port}/`, test);
      if (why) failures.push({ suite, index, query: test.query, why });
    }
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    failures.push(...tests.map((test, index) => ({ suite, index, query: test.query, why })));
  } finally {
    rmSync(folder, { recursive: true });
  }
  return { total: tests.length, failures };
}

function routerYaml({ port, healthPort }: { port: number; healthPort: number }): string {
  return `
supergraph: { listen: "127.0.0.1:${port}", introspection: true }
health_check: { listen: "127.0.0.1:${healthPort}" }
`;
}

/** Says what is wrong with the answer. Where the audit leaves `errors` out, either will do. */
async function runTest(routerUrl: string, { query, expected }: AuditTest): Promise<string | undefined> {
  try {
    const response = await fetch(routerUrl, {
      method: "POST",
      headers: { accept: "application/json", "content-type": "application/json" },
      body: JSON.stringify({ query }),
      signal: AbortSignal.timeout(requestTimeoutMs),
    });
    const answer = (await response.json()) as { data?: unknown; errors?: unknown[] };
    deepStrictEqual(answer.data ?? null, expected.data ?? null);
    const hasErrors = Boolean(answer.errors?.length);
    if (typeof expected.errors === "boolean" && expected.errors !== hasErrors)
      return `errors: expected ${expected.errors}, got ${JSON.stringify(answer.errors)}`;
    return undefined;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

function printFailure({ suite, index, query, why }: Failure): void {
  console.log(`\n── ${suite} #${index}\n${query}\n${why}`);
}

async function fetchJson<T>(url: string): Promise<T> {
  return (await (await fetch(url)).json()) as T;
}
