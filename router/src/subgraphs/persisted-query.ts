import { createHash } from "node:crypto";
import { BoundedCache } from "../bounded-cache.ts";
import type { ApqConfig } from "../config/sections/apq.ts";
import type { SubgraphCall } from "../execute/subgraph-answer.ts";
import { isJsonObject, type JsonValue } from "../json.ts";
import type { SubgraphCall as Outgoing, SubgraphClient } from "../subgraph-client/subgraph-client.ts";
import type { SubgraphResponse } from "../subgraph-client/transport.ts";

/**
 * Automatic persisted queries towards one subgraph: the hash alone first, the text with it when the subgraph
 * asks, and hashes no more once it says that it knows nothing of them.
 */
export function createQueryHashing(
  client: SubgraphClient,
): (call: SubgraphCall, outgoing: Outgoing) => Promise<SubgraphResponse> {
  let isSupported = true;
  const extensionsByQuery = new BoundedCache<string, string>({ entriesMax: operationsMax });

  function extensionsFor(query: string): string {
    const known = extensionsByQuery.get(query);
    if (known !== undefined) return known;
    const hash = createHash("sha256")
      .update(JSON.parse(query) as string)
      .digest("hex");
    const extensions = `"extensions":{"persistedQuery":{"version":1,"sha256Hash":"${hash}"}}`;
    // A part of the body would keep all of the body, variables included.
    extensionsByQuery.set(Buffer.from(query).toString(), extensions);
    return extensions;
  }

  return async function sendHash(call, outgoing) {
    if (!isSupported) return client.send(outgoing);
    const query = readQuery(call.body);
    const extensions = extensionsFor(query);
    const rest = call.body.slice(queryStart.length + query.length + 1, -1);
    const response = await client.send({ ...outgoing, body: `{${rest},${extensions}}` });
    switch (readComplaint(response)) {
      case "notFound":
        return client.send({ ...outgoing, body: `${call.body.slice(0, -1)},${extensions}}`, isRepeat: true });
      case "notSupported":
        isSupported = false;
        return client.send({ ...outgoing, isRepeat: true });
      case undefined:
        return response;
    }
  };
}

const queryStart = '{"query":';

/** The query as JSON. Every body of the executor begins with it. */
function readQuery(body: string): string {
  const query = /"[^"\\]*(?:\\.[^"\\]*)*"/y;
  query.lastIndex = queryStart.length;
  const [text] = query.exec(body) ?? [];
  if (text === undefined) throw new Error("a subgraph's request does not begin with its query");
  return text;
}

/** A subgraph's own word goes before the one for all. */
export function persistsQueries({ subgraph: { all, subgraphs } }: ApqConfig, name: string): boolean {
  return (Object.hasOwn(subgraphs, name) ? subgraphs[name]! : all).enabled;
}

const operationsMax = 1_024;

type Complaint = "notFound" | "notSupported";

const complaints: ReadonlyMap<JsonValue | undefined, Complaint> = new Map([
  ["PersistedQueryNotFound", "notFound"],
  ["PERSISTED_QUERY_NOT_FOUND", "notFound"],
  ["PersistedQueryNotSupported", "notSupported"],
  ["PERSISTED_QUERY_NOT_SUPPORTED", "notSupported"],
]);

/** Told by an error's message or code, as Apollo Router does. */
function readComplaint(response: SubgraphResponse): Complaint | undefined {
  const text = response.text();
  // Nearly every answer is data, and is read once only.
  if (!/Persisted_?Query_?Not/i.test(text)) return undefined;
  for (const error of readErrors(text)) {
    if (!isJsonObject(error)) continue;
    const code = isJsonObject(error.extensions) ? error.extensions.code : undefined;
    const complaint = complaints.get(error.message) ?? complaints.get(code);
    if (complaint) return complaint;
  }
  return undefined;
}

function readErrors(text: string): JsonValue[] {
  try {
    const answer = JSON.parse(text) as JsonValue;
    return isJsonObject(answer) && Array.isArray(answer.errors) ? answer.errors : [];
  } catch {
    return [];
  }
}
