import { contextType, deriveContextKey, issuer } from "@mycelium/signed-context";
import type { RouterConfig } from "../../config/router-config.ts";
import type { Caller } from "../caller.ts";

/** How one subgraph is told who asks. */
export interface SubgraphContext {
  readonly header: string;
  /** A compact JWS, another for each request. */
  sign(caller: Caller, requestId: string): string;
}

interface Prefix {
  /** Head and payload up to the request's id, encoded. */
  text: string;
  renewMs: number;
}

/** Undefined where the configuration has no signed context. */
export function compileContext(config: RouterConfig, subgraph: string): SubgraphContext | undefined {
  const context = config.plugins["mycelium.context"];
  const [signing] = context?.keys ?? [];
  if (!context || !signing) return undefined;
  const { id, secret } = deriveContextKey(signing, subgraph);
  const head = encode(JSON.stringify({ alg: "HS256", typ: contextType, kid: id }));
  // A caller lives as long as its token is remembered, and what is kept here goes with it.
  const prefixes = new WeakMap<Caller, Prefix>();

  function prefixFor(caller: Caller): string {
    const nowMs = Date.now();
    const known = prefixes.get(caller);
    if (known && nowMs < known.renewMs) return known.text;
    const claims = writeClaims(caller, { subgraph, nowMs, ttlMs: context!.ttlMs });
    const text = `${head}.${encode(claims)}`;
    // For half of its life, so that whoever gets it last still has the other half.
    prefixes.set(caller, { text, renewMs: nowMs + context!.ttlMs / 2 });
    return text;
  }

  return {
    header: context.header,
    sign(caller, requestId) {
      const text = prefixFor(caller) + encode(`${JSON.stringify(requestId)}}`);
      return `${text}.${new Bun.CryptoHasher("sha256", secret).update(text).digest("base64url")}`;
    },
  };
}

interface Issue {
  subgraph: string;
  nowMs: number;
  ttlMs: number;
}

/** All but the last value, as a multiple of three bytes: then what follows can be encoded by itself. */
function writeClaims({ user, tenant, roles, scopes }: Caller, { subgraph, nowMs, ttlMs }: Issue): string {
  const issuedAtSeconds = Math.floor(nowMs / 1_000);
  const claims = JSON.stringify({
    iss: issuer,
    aud: subgraph,
    iat: issuedAtSeconds,
    exp: issuedAtSeconds + Math.ceil(ttlMs / 1_000),
    sub: user,
    tenant,
    roles,
    scope: scopes.join(" "),
  });
  const open = `${claims.slice(0, -1)},"rid":`;
  return open + " ".repeat((3 - (Buffer.byteLength(open) % 3)) % 3);
}

function encode(text: string): string {
  return Buffer.from(text).toString("base64url");
}
