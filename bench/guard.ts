import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { exportJWK, generateKeyPair, SignJWT } from "jose";
import { composeSupergraph } from "./graphs/graph.ts";
import { library } from "./graphs/library.ts";
import { heavyBody } from "./graphs/library-operations.ts";
import { cpuTimeMs } from "./measure/process-usage.ts";
import { startOrigin } from "./subgraphs/origin.ts";

/**
 * What guarding costs the router on the heavy query, with many users who take turns. Real router processes over real
 * sockets, all started at once, take turns within each round: open; with JWT; with authorization directives on what is
 * asked; with a limit for each user; with a signed context for each subgraph. Each figure is compared with the open
 * router's of the same round.
 *
 *   bun bench/guard.ts [rounds] [requests a round] [users]
 */
const [rounds = 9, requests = 1_000, users = 1_000] = process.argv.slice(2).map(Number);
const connections = 20;

using origin = startOrigin(library);
using subgraphs = replay(origin.address);
const folder = mkdtempSync(join(tmpdir(), "mycelium-guard-"));
const plain = composeSupergraph(library, `http://127.0.0.1:${subgraphs.port}`);
const guarded = withDirectives(plain);
const tokens = await signTokens();

const jwt = `authentication: { router: { jwt: { jwks: [{ url: "file://${folder}/jwks.json" }] } } }`;
const limit = "mycelium.rate_limit: { rules: [{ name: user, key: [user], limit: 1000000, per: minute }] }";
const context = `mycelium.context: { keys: [{ id: k, secret: "0123456789abcdef0123456789abcdef" }] }`;
const contenders = [
  await start("open", plain, ""),
  await start("JWT", plain, jwt),
  await start("JWT, directives", guarded, jwt),
  await start("JWT, directives, a limit for each user", guarded, `${jwt}\nplugins: { ${limit} }`),
  await start("all that and a signed context", guarded, `${jwt}\nplugins: { ${limit}, ${context} }`),
];

let turn = 0;
const figures = contenders.map((): number[] => []);
// Every token is verified once, and what runs often is compiled.
for (const router of contenders) await measure(router, Math.max(users, 2_000));
for (let round = 0; round < rounds; round++) {
  for (let step = 0; step < contenders.length; step++) {
    const index = (round + step) % contenders.length;
    figures[index]!.push(await measure(contenders[index]!, requests));
  }
}
contenders.forEach(({ name }, index) => {
  const own = figures[index]!;
  const ratio = median(own.map((figure, round) => figure / figures[0]![round]!));
  const more = ((ratio - 1) * 100).toFixed(1);
  console.log(`${name}: ${median(own).toFixed(0)} µs of CPU a request, ${more} % more than open`);
});
console.log(
  `medians of ${rounds} paired rounds of ${requests} requests by ${users} users, ${connections} at once`,
);
for (const { child } of contenders) child.kill();
await Promise.all(contenders.map(({ child }) => child.exited));
rmSync(folder, { recursive: true });
process.exit(0);

interface Contender {
  name: string;
  url: string;
  child: Bun.Subprocess;
}

async function start(name: string, supergraphSdl: string, yaml: string): Promise<Contender> {
  const path = join(folder, name.replaceAll(/\W+/g, "-"));
  writeFileSync(`${path}.graphql`, supergraphSdl);
  writeFileSync(
    `${path}.yaml`,
    `supergraph: { listen: 127.0.0.1:0 }\nhealth_check: { enabled: false }\n${yaml}\n`,
  );
  const router = join(import.meta.dirname, "../router/bin/router");
  const child = Bun.spawn([router, "-s", `${path}.graphql`, "-c", `${path}.yaml`], { stdout: "pipe" });
  const url = await readUrl(child.stdout);
  return { name, url, child };
}

async function readUrl(output: ReadableStream<Uint8Array>): Promise<string> {
  let text = "";
  const decoder = new TextDecoder();
  const reader = output.getReader();
  while (true) {
    const { done, value } = await reader.read();
    text += decoder.decode(value, { stream: true });
    const url = /exposed at (http[^"\s]+)/.exec(text)?.[1];
    if (url !== undefined) return url;
    if (done) throw new Error(`the router did not start:\n${text}`);
  }
}

/** In microseconds of the router's own CPU for each request. */
async function measure({ url, child }: Contender, count: number): Promise<number> {
  const before = cpuTimeMs(child.pid);
  let left = count;
  const client = async () => {
    while (left-- > 0) {
      const authorization = tokens[turn++ % tokens.length]!;
      const headers = { "content-type": "application/json", authorization };
      const text = await (await fetch(url, { method: "POST", headers, body: heavyBody })).text();
      if (!text.startsWith('{"data":{') || text.includes('"errors"')) throw new Error(text.slice(0, 300));
    }
  };
  await Promise.all(Array.from({ length: connections }, client));
  return ((cpuTimeMs(child.pid) - before) * 1_000) / count;
}

/** Subgraphs that answer from memory what they were asked before. */
function replay(address: string): Disposable & { port: number } {
  const answers = new Map<string, string>();
  const server = Bun.serve({
    hostname: "127.0.0.1",
    port: 0,
    async fetch(request) {
      const { pathname } = new URL(request.url);
      const body = await request.text();
      const known = answers.get(`${pathname} ${body}`);
      const headers = { "content-type": "application/json" };
      if (known !== undefined) return new Response(known, { headers });
      const answer = await (
        await fetch(`http://${address}${pathname}`, { method: "POST", headers, body })
      ).text();
      answers.set(`${pathname} ${body}`, answer);
      return new Response(answer, { headers });
    },
  });
  return { port: server.port ?? 0, [Symbol.dispose]: () => void server.stop(true) };
}

async function signTokens(): Promise<string[]> {
  const { privateKey, publicKey } = await generateKeyPair("ES256");
  const jwk = { ...(await exportJWK(publicKey)), kid: "k", alg: "ES256" };
  writeFileSync(join(folder, "jwks.json"), JSON.stringify({ keys: [jwk] }));
  const sign = (index: number) =>
    new SignJWT({ sub: `user-${index}`, tenant_id: `t-${index % 50}`, scope: "read write", roles: ["USER"] })
      .setProtectedHeader({ alg: "ES256", kid: "k" })
      .setExpirationTime("2h")
      .sign(privateKey);
  return Promise.all(Array.from({ length: users }, async (_, index) => `Bearer ${await sign(index)}`));
}

/** The library is open to everybody; here its root fields are for those who are known and may read. */
function withDirectives(sdl: string): string {
  return sdl
    .replace(
      /schema\s/,
      `schema
        @link(url: "https://specs.apollo.dev/authenticated/v0.1", for: SECURITY)
        @link(url: "https://specs.apollo.dev/requiresScopes/v0.1", for: SECURITY) `,
    )
    .replace(/type Query [^{]*\{[^}]*\}/, (query) =>
      query.replaceAll(
        /^(\s+\w+(?:\([^)]*\))?: \[?\w+!?\]?!?)/gm,
        '$1 @authenticated @requiresScopes(scopes: [["read"]])',
      ),
    )
    .concat(`
      directive @authenticated on OBJECT | FIELD_DEFINITION | INTERFACE | SCALAR | ENUM
      directive @requiresScopes(scopes: [[String!]!]!) on OBJECT | FIELD_DEFINITION | INTERFACE | SCALAR | ENUM
    `);
}

function median(values: readonly number[]): number {
  return values.toSorted((one, other) => one - other)[Math.floor(values.length / 2)] ?? Number.NaN;
}
