import type { SubgraphCall } from "../execute/subgraph-answer.ts";
import type { SubgraphCall as Outgoing, SubgraphClient } from "../subgraph-client/subgraph-client.ts";
import type { SubgraphResponse } from "../subgraph-client/transport.ts";
import { formFor, type SubgraphForm } from "../uploads/write-form.ts";
import type { CallerContext } from "./caller-context.ts";
import { createQueryHashing } from "./persisted-query.ts";

/** Sends a call in the form that suits it: as it is, with a hash in its query's place, with others, or with files. */
export type SendCall = (
  call: SubgraphCall,
  outgoing: Outgoing,
  caller: Pick<CallerContext, "upload" | "together">,
) => Promise<SubgraphResponse>;

export interface SendSettings {
  subgraph: string;
  client: SubgraphClient;
  persistsQueries: boolean;
  /** Whether calls of one client's batch go as a batch. */
  batches: boolean;
}

export function compileSend({ subgraph, client, persistsQueries, batches }: SendSettings): SendCall {
  const send = persistsQueries
    ? createQueryHashing(client)
    : (_: SubgraphCall, outgoing: Outgoing) => client.send(outgoing);

  return function sendCall(call, outgoing, { upload, together }) {
    const form = upload && formFor(upload, call);
    if (form) return sendForm(client, outgoing, form);
    if (!together) return send(call, outgoing);
    const answer = batches ? together.calls.send({ subgraph, client }, outgoing) : send(call, outgoing);
    together.calls.settled(together.operation);
    return answer;
  };
}

async function sendForm(
  client: SubgraphClient,
  outgoing: Outgoing,
  form: Promise<SubgraphForm>,
): Promise<SubgraphResponse> {
  const headers = { ...outgoing.headers, "apollo-require-preflight": "true" };
  return client.send({ ...outgoing, headers, ...(await form) });
}
