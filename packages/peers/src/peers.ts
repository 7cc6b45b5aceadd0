import type { Caller } from "@mycelium/subgraph-kit";
import { PeerError } from "./peer-error.ts";

export interface PeerQuestion {
  query: string;
  variables?: Readonly<Record<string, unknown>>;
}

/** How one subgraph asks another what is the other's to do: over its GraphQL, as a caller that both know. */
export interface Peers {
  /** The answer's data. Throws a PeerError where there is an error, even beside data. */
  ask<Data>(
    peer: string,
    question: PeerQuestion,
    asker: { caller: Caller; signal: AbortSignal },
  ): Promise<Data>;
}

export interface PeersOptions {
  /** Of a peer in this process: asked with each call, since peers are made after each other. */
  localApp(peer: string): ((request: Request) => Response | Promise<Response>) | undefined;
  /** Where a peer of another process is. */
  urlOf(peer: string): string | undefined;
  /** What makes the peer believe who asks. */
  headersFor(caller: Caller, peer: string): Record<string, string>;
  timeoutMs?: number;
}

const answerBytesMax = 5_000_000;
const timeoutMsDefault = 20_000;

export function createPeers(options: PeersOptions): Peers {
  const { timeoutMs = timeoutMsDefault } = options;
  return {
    async ask<Data>(peer: string, question: PeerQuestion, asker: { caller: Caller; signal: AbortSignal }) {
      const { data, errors } = await send(peer, question, asker);
      const [error] = errors ?? [];
      if (error) {
        const { code, ...extensions } = error.extensions ?? {};
        throw new PeerError(peer, String(code ?? "INTERNAL_SERVER_ERROR"), error.message, extensions);
      }
      return data as Data;
    },
  };

  async function send(
    peer: string,
    question: PeerQuestion,
    { caller, signal }: { caller: Caller; signal: AbortSignal },
  ): Promise<Answer> {
    const local = options.localApp(peer);
    const url = local ? `http://${peer}/graphql` : options.urlOf(peer);
    if (!url)
      throw new PeerError(peer, "UNAVAILABLE", `nobody says where ${peer} is: set ${variableOf(peer)}`);
    const request = new Request(url, {
      method: "POST",
      headers: { "content-type": "application/json", ...options.headersFor(caller, peer) },
      body: JSON.stringify(question),
      signal: AbortSignal.any([signal, AbortSignal.timeout(timeoutMs)]),
    });
    try {
      const response = await withinTime((local ?? fetch)(request), request.signal);
      const text = await response.text();
      if (text.length > answerBytesMax) throw new Error(`more than ${answerBytesMax} bytes`);
      return JSON.parse(text) as Answer;
    } catch (error) {
      throw new PeerError(peer, "UNAVAILABLE", `${peer} cannot be reached: ${(error as Error).message}`);
    }
  }
}

export function variableOf(peer: string): string {
  return `${peer.toUpperCase()}_URL`;
}

interface Answer {
  data?: unknown;
  errors?: { message: string; extensions?: Record<string, unknown> }[];
}

/** An app in this process may not look at the signal. */
function withinTime<T>(work: T | Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    const give = () => reject(signal.reason);
    if (signal.aborted) return give();
    signal.addEventListener("abort", give, { once: true });
    Promise.resolve(work)
      .then(resolve, reject)
      .finally(() => signal.removeEventListener("abort", give));
  });
}
