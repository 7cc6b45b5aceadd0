import { contextHeader, createContextVerifier, deriveContextKey, readKeySet } from "@mycelium/signed-context";
import type { VerifyContext } from "@mycelium/subgraph-kit";
import type { Environment } from "./host.ts";

/** Of the router's configuration and of subgraphs alike, and never believed in production. */
export const developmentContextSecret = "for-development-alone-and-known-to-everybody";

/**
 * What one subgraph believes: contexts that the router has signed for it. Its keys come from CONTEXT_KEYS, a key set
 * of its own, or from the router's CONTEXT_SECRET.
 */
export function verifyCallersOf(subgraph: string, environment: Environment): VerifyContext {
  const verify = createContextVerifier({ audience: subgraph, keys: keysOf(subgraph, environment) });
  return (headers) => {
    const token = headers.get(contextHeader);
    if (token === null) return undefined;
    const verdict = verify(token);
    if (verdict.kind === "refused" || verdict.context.tenant === undefined) return undefined;
    const { tenant: tenantId, user: userId, roles, scopes, requestId } = verdict.context;
    return { tenantId, userId, roles, scopes, requestId };
  };
}

function keysOf(subgraph: string, environment: Environment) {
  if (environment.CONTEXT_KEYS) return readKeySet(environment.CONTEXT_KEYS);
  const { CONTEXT_KEY_ID: id = "development", CONTEXT_SECRET, NODE_ENV } = environment;
  if (!CONTEXT_SECRET && NODE_ENV === "production") {
    throw new Error(
      "NODE_ENV=production needs CONTEXT_KEYS or CONTEXT_SECRET, by which callers are believed",
    );
  }
  return [deriveContextKey({ id, secret: CONTEXT_SECRET || developmentContextSecret }, subgraph)];
}
