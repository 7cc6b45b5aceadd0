import {
  type ContextKey,
  contextHeader,
  createContextVerifier,
  deriveContextKey,
  readKeySet,
} from "@mycelium/signed-context";
import type { VerifyContext } from "@mycelium/subgraph-kit";
import { type Checkout, developmentSecret } from "./development-secret.ts";
import type { Environment } from "./host.ts";

/**
 * Believes the router alone. CONTEXT_SECRETS is what the router signs with, `<id>:<secret>` with commas between them,
 * for a process that runs many subgraphs; CONTEXT_KEY_SET is one subgraph's own keys, for a process of its own.
 */
export function createVerifyContext({
  environment,
  root,
}: {
  environment: Environment;
  root: string;
}): VerifyContext {
  const keysOf = chooseKeys(environment, root);
  const verifiers = new Map<string, ReturnType<typeof createContextVerifier>>();
  const verifierOf = (audience: string) => {
    const known = verifiers.get(audience);
    if (known) return known;
    const verifier = createContextVerifier({ audience, keys: keysOf(audience) });
    verifiers.set(audience, verifier);
    return verifier;
  };
  return (headers, subgraph) => {
    const token = headers.get(contextHeader);
    if (token === null) return undefined;
    const verdict = verifierOf(subgraph)(token);
    if (verdict.kind === "refused") return undefined;
    const { tenant = "", user, roles, scopes, requestId } = verdict.context;
    return { tenantId: tenant, userId: user, roles, scopes, requestId };
  };
}

function chooseKeys(environment: Environment, root: string): (subgraph: string) => ContextKey[] {
  const { CONTEXT_KEY_SET: keySet, CONTEXT_SECRETS: secrets } = environment;
  if (keySet) {
    const keys = readKeySet(keySet);
    return () => keys;
  }
  if (!secrets && environment.NODE_ENV === "production") {
    throw new Error("NODE_ENV=production needs CONTEXT_SECRETS or CONTEXT_KEY_SET");
  }
  const pairs = contextSecrets(environment, root);
  return (subgraph) => pairs.map((pair) => deriveContextKey(pair, subgraph));
}

/** What the router signs with, the first of them: none where this process only has one subgraph's own keys. */
export function contextSecrets(environment: Environment, root: string): { id: string; secret: string }[] {
  const { CONTEXT_SECRETS: secrets, CONTEXT_KEY_SET: keySet, NODE_ENV: mode } = environment;
  if (secrets) return parseSecrets(secrets);
  return keySet || mode === "production"
    ? []
    : parseSecrets(developmentContextSecrets({ environment, root }));
}

/** For the router of the same checkout to sign with. */
export function developmentContextSecrets(checkout: Checkout): string {
  return developmentSecret(checkout, "context-secrets");
}

function parseSecrets(text: string): { id: string; secret: string }[] {
  return text.split(",").map((entry, index) => {
    const [, id, secret] = /^\s*([\w-]+):(\S+)\s*$/.exec(entry) ?? [];
    // By its place: the text is the secret.
    if (!id || !secret) throw new Error(`CONTEXT_SECRETS: entry ${index + 1} is not <id>:<secret>`);
    return { id, secret };
  });
}
