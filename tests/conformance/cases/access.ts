import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { exportJWK, generateKeyPair, SignJWT } from "jose";
import { differences } from "../differences.ts";
import type { Case, Expected, Section } from "../harness/case.ts";

const differs = { why: differences.licensedAccess };
const { privateKey, publicKey } = await generateKeyPair("ES256");
const folder = mkdtempSync(join(tmpdir(), "mycelium-jwks-"));
process.once("exit", () => rmSync(folder, { recursive: true }));
const path = join(folder, "jwks.json");
writeFileSync(
  path,
  JSON.stringify({ keys: [{ ...(await exportJWK(publicKey)), kid: "key-1", alg: "ES256" }] }),
);

const hourSeconds = 3_600;
const nowSeconds = () => Math.floor(Date.now() / 1_000);

function sign(claims: Record<string, unknown>): Promise<string> {
  return new SignJWT({ sub: "ada", exp: nowSeconds() + hourSeconds, ...claims })
    .setProtectedHeader({ alg: "ES256", kid: "key-1" })
    .sign(privateKey);
}

const query = "{ me { id } }";
const bearer = (token: string) => ({ query, headers: { authorization: `Bearer ${token}` } });
const accepted: Expected = { status: 200 };

function refused(status: number, message: string): Expected {
  return { status, json: { errors: [{ message, code: "AUTH_ERROR" }] } };
}

function acceptance(name: string, token: string): Case {
  return { name, send: bearer(token), expect: accepted, differs };
}

function refusal(name: string, token: string, status: number, message: string): Case {
  return { name, send: bearer(token), expect: refused(status, message), differs };
}

const good = await sign({ iss: "https://a.example", aud: "shop" });
const [head, , signature] = good.split(".");
const forgedClaims = Buffer.from(JSON.stringify({ sub: "root", exp: 4e9 })).toString("base64url");

const jwks = `{ url: "file://${path}", issuers: ["https://a.example"], audiences: [shop] }`;
const own = { iss: "https://a.example", aud: "shop" };

/** What Apollo Router says is read from its source: it does not start with these keys unless it has a licence. */
export const access: Section = {
  name: "access",
  yaml: `authentication: { router: { jwt: { jwks: [${jwks}], sources: [{ type: cookie, name: session }] } } }`,
  cases: [
    { name: "without a token", send: { query }, expect: accepted, differs },
    acceptance("with a good token", good),
    {
      name: "with a token in a cookie",
      send: { query, headers: { cookie: `session=${good}` } },
      expect: accepted,
      differs,
    },
    acceptance("with one that ended half a minute ago", await sign({ ...own, exp: nowSeconds() - 30 })),
    refusal(
      "with an expired token",
      await sign({ ...own, exp: nowSeconds() - 90 }),
      401,
      "Cannot decode JWT: ExpiredSignature",
    ),
    refusal(
      "with a token of tomorrow",
      await sign({ ...own, nbf: nowSeconds() + 24 * hourSeconds }),
      401,
      "Cannot decode JWT: ImmatureSignature",
    ),
    refusal(
      "with other claims than were signed",
      `${head}.${forgedClaims}.${signature}`,
      401,
      "Cannot decode JWT: InvalidSignature",
    ),
    refusal("with no token", "garbage", 400, "'(truncated)' is not a valid JWT header: InvalidToken"),
    refusal(
      "of another issuer",
      await sign({ ...own, iss: "https://b.example" }),
      500,
      "Invalid issuer: the token's `iss` was 'https://b.example', but signed with a key from JWKS configured to only accept from 'https://a.example'",
    ),
    refusal(
      "for another audience",
      await sign({ ...own, aud: "bank" }),
      401,
      "Invalid audience: the token's `aud` was 'bank', but 'shop' was expected",
    ),
    {
      name: "with another scheme",
      send: { query, headers: { authorization: "Basic YTpi" } },
      expect: refused(400, "Value of 'authorization' JWT header should be prefixed with 'Bearer'"),
      differs,
    },
    {
      name: "with a scheme alone",
      send: { query, headers: { authorization: "Bearer" } },
      expect: refused(400, "Value of 'authorization' JWT header has only 'Bearer' prefix but no JWT token"),
      differs,
    },
  ],
};

export const accessForAll: Section = {
  name: "access for who is known",
  yaml: `authentication: { router: { jwt: { jwks: [${jwks}] } } }\nauthorization: { require_authentication: true }`,
  cases: [
    acceptance("with a good token", good),
    { name: "without a token", send: { query }, expect: refused(401, "unauthenticated"), differs },
  ],
};
