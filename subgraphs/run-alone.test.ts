import { expect, test } from "bun:test";
import { join } from "node:path";
import { testCluster, testServer } from "@mycelium/database/testing";
import { contextHeader, deriveContextKey, signContext } from "@mycelium/signed-context";

const root = join(import.meta.dir, "..");
const secret = { id: "test", secret: "for-tests-and-at-least-32-bytes-long" };
const runtimes = {
  Bun: [process.execPath],
  Deno: [join(root, "node_modules/.bin/deno"), "run", "--no-lock", "--node-modules-dir=manual", "-A"],
};

const subgraphs = ["dining", "email", "orders", "payments", "platform", "sms"];
const cases = subgraphs.flatMap((name) =>
  (Object.keys(runtimes) as (keyof typeof runtimes)[]).map((runtime) => [name, runtime] as const),
);

test.each(cases)(
  "%s runs alone on %s: it believes the router, refuses others, and ends in good order",
  async (name, runtime) => {
    const server = await testServer({ folder: join(root, "drizzle"), schemas: [] });
    const child = Bun.spawn([...runtimes[runtime], join(root, `subgraphs/${name}/src/main.ts`)], {
      cwd: root,
      env: {
        PATH: process.env.PATH,
        HOME: process.env.HOME,
        PORT: "0",
        DATABASE_URL: server.ownerUrl(name),
        // The roles belong to the whole cluster, which the other suites of this process use too.
        DATABASE_ROLE_SECRET: (await testCluster()).ownerUrl("mycelium"),
        CONTEXT_SECRETS: `${secret.id}:${secret.secret}`,
        VAULT_KEYS: `test:${Buffer.alloc(32, 1).toString("base64")}`,
      },
      stdout: "pipe",
      stderr: "pipe",
    });
    const endpoint = await readEndpoint(child.stdout);
    const key = deriveContextKey(secret, name);
    const caller = { user: "u1", tenant: "vinovoyage", roles: ["USER"], scopes: [], requestId: "r1" };
    const token = signContext(caller, {
      ...{ audience: name, key, lifeSeconds: 60 },
      issuedAtSeconds: Math.floor(Date.now() / 1_000),
    });
    const ask = (headers: Record<string, string>) =>
      fetch(endpoint, {
        method: "POST",
        headers: { "content-type": "application/json", ...headers },
        body: JSON.stringify({ query: "{ __typename }" }),
      });
    expect(await (await ask({ [contextHeader]: token })).json()).toEqual({ data: { __typename: "Query" } });
    expect((await ask({})).status).toBe(401);
    expect((await ask({ [contextHeader]: `${token}x` })).status).toBe(401);
    child.kill("SIGTERM");
    expect(await child.exited).toBe(0);
    expect(await child.stderr.text()).not.toContain(`${name}:`);
  },
  60_000,
);

/** The line that it logs once it is up. */
async function readEndpoint(stream: ReadableStream<Uint8Array>): Promise<string> {
  const decoder = new TextDecoder();
  let text = "";
  for await (const chunk of stream) {
    text += decoder.decode(chunk, { stream: true });
    const url = /"url":"([^"]+)"/.exec(text)?.[1];
    if (url) return url;
  }
  throw new Error(`it did not come up: ${text}`);
}
