import { createPeers, type Peers } from "@mycelium/peers";
import { contextHeader, deriveContextKey, signContext } from "@mycelium/signed-context";
import type { Caller } from "@mycelium/subgraph-kit";
import { contextSecrets } from "./context-verifier.ts";
import type { Environment, HostedSubgraph } from "./host.ts";

export interface OpenPeersOptions {
  environment: Environment;
  root: string;
  /** Those of this process, as far as they are made. */
  running(): readonly HostedSubgraph[];
  headersFor?: ((caller: Caller, peer: string) => Record<string, string>) | undefined;
}

const lifeSeconds = 60;

/** A subgraph speaks to another as the router does: with a context that it signs for that one alone. */
export function openPeers({ environment, root, running, headersFor }: OpenPeersOptions): Peers {
  return createPeers({
    localApp: (peer) => running().find(({ name }) => name === peer)?.app.fetch,
    urlOf: (peer) => environment[`${peer.toUpperCase()}_URL`] || undefined,
    headersFor: headersFor ?? ((caller, peer) => ({ [contextHeader]: sign(caller, peer) })),
  });

  function sign({ tenantId, userId, roles, scopes, requestId }: Caller, peer: string): string {
    const [secret] = contextSecrets(environment, root);
    if (!secret) throw new Error("without CONTEXT_SECRETS a subgraph cannot speak to another");
    const context = { tenant: tenantId, user: userId, roles, scopes, requestId };
    const issuedAtSeconds = Math.floor(Date.now() / 1_000);
    return signContext(context, {
      key: deriveContextKey(secret, peer),
      audience: peer,
      issuedAtSeconds,
      lifeSeconds,
    });
  }
}
