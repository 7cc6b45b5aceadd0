import type { SubgraphCall } from "../execute/subgraph-answer.ts";
import type { SubgraphCall as Outgoing, SubgraphClient } from "../subgraph-client/subgraph-client.ts";
import type { SubgraphResponse } from "../subgraph-client/transport.ts";
import type { Upload } from "../uploads/upload.ts";
import { formFor, type SubgraphForm } from "../uploads/write-form.ts";
import { createQueryHashing } from "./persisted-query.ts";

/** Sends a call in the form that suits it: as it is, with a hash in its query's place, or with files. */
export type SendCall = (
  call: SubgraphCall,
  outgoing: Outgoing,
  upload: Upload | undefined,
) => Promise<SubgraphResponse>;

export function compileSend(client: SubgraphClient, persistsQueries: boolean): SendCall {
  const send = persistsQueries
    ? createQueryHashing(client)
    : (_: SubgraphCall, outgoing: Outgoing) => client.send(outgoing);

  return function sendCall(call, outgoing, upload) {
    const form = upload && formFor(upload, call);
    return form ? sendForm(client, outgoing, form) : send(call, outgoing);
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
