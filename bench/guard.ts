import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { exportJWK, generateKeyPair, SignJWT } from "jose";
import { PairedRouters } from "./measure/paired-routers.ts";

/**
 * What guarding costs the router on the heavy query, with many users who take turns: open; with JWT; with
 * authorization directives on what is asked; with a limit for each user; with a signed context for each subgraph.
 *
 *   bun bench/guard.ts [rounds] [requests a round] [users]
 */
const [rounds = 9, requests = 1_000, users = 1_000] = process.argv.slice(2).map(Number);

await using routers = new PairedRouters();
const guarded = withDirectives(routers.supergraph);
const tokens = await signTokens();

const jwt = `authentication: { router: { jwt: { jwks: [{ url: "file://${routers.folder}/jwks.json" }] } } }`;
const limit = "mycelium.rate_limit: { rules: [{ name: user, key: [user], limit: 1000000, per: minute }] }";
const context = `mycelium.context: { keys: [{ id: k, secret: "0123456789abcdef0123456789abcdef" }] }`;
await routers.add("open");
await routers.add("JWT", { yaml: jwt });
await routers.add("JWT, directives", { supergraph: guarded, yaml: jwt });
await routers.add("JWT, directives, a limit for each user", {
  ...{ supergraph: guarded, yaml: `${jwt}\nplugins: { ${limit} }` },
});
await routers.add("all that and a signed context", {
  ...{ supergraph: guarded, yaml: `${jwt}\nplugins: { ${limit}, ${context} }` },
});

await routers.compare({
  ...{ rounds, requests },
  // Every token is verified once.
  warmUp: Math.max(users, 2_000),
  headers: (turn) => ({ authorization: tokens[turn % tokens.length]! }),
});
console.log(`medians of ${rounds} paired rounds of ${requests} requests by ${users} users`);

async function signTokens(): Promise<string[]> {
  const { privateKey, publicKey } = await generateKeyPair("ES256");
  const jwk = { ...(await exportJWK(publicKey)), kid: "k", alg: "ES256" };
  writeFileSync(join(routers.folder, "jwks.json"), JSON.stringify({ keys: [jwk] }));
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
