import type { Callbacks } from "./callbacks.ts";
import type { PostStream } from "./post-stream.ts";
import { readAnswerErrors } from "./read-error-list.ts";
import { type OpenUpstream, UpstreamError } from "./upstream.ts";

export interface CallbackSettings {
  publicUrl: string;
  heartbeatMs: number | undefined;
  callbacks: Callbacks;
  post: PostStream;
}

const openTimeoutMs = 30_000;

/** Subscribes by a request in which the subgraph is told where to deliver events. */
export function createCallbackUpstream({
  publicUrl,
  heartbeatMs,
  callbacks,
  post,
}: CallbackSettings): OpenUpstream {
  return async function openCallback({ headers, traceHeaders, body }) {
    const { id, verifier, stream } = callbacks.create(heartbeatMs);
    const subscription = {
      subscriptionId: id,
      callbackUrl: `${publicUrl.replace(/\/+$/, "")}/${id}`,
      verifier,
      heartbeatIntervalMs: heartbeatMs ?? 0,
    };
    try {
      const response = await post({
        headers: {
          ...headers,
          ...traceHeaders,
          "content-type": "application/json",
          accept: "application/json, application/graphql-response+json, application/json;callbackSpec=1.0",
        },
        body: `${body.slice(0, -1)},"extensions":${JSON.stringify({ subscription })}}`,
        signal: AbortSignal.timeout(openTimeoutMs),
      });
      const errors = readAnswerErrors(await response.text());
      if (errors || !response.ok) {
        throw new UpstreamError(`the subgraph answered with status ${response.status}`, errors);
      }
      return stream;
    } catch (error) {
      stream.leave();
      throw error instanceof UpstreamError ? error : new UpstreamError(String(error));
    }
  };
}
