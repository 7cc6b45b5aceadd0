import { readBody } from "../http/read-body.ts";
import { type CallbackMessage, type Callbacks, callbackProtocol, readCallbackMessage } from "./callbacks.ts";

/** Answers one call of a subgraph, with Apollo Router's statuses and messages. */
export async function answerCallback(
  callbacks: Callbacks,
  request: Request,
  bodyBytesMax: number,
): Promise<Response> {
  if (request.method !== "POST") return answer(405, "");
  const body = await readBody(request, bodyBytesMax);
  if (body.kind === "tooLarge") return answer(413, "the request body is too large");
  const message = body.kind === "body" ? readCallbackMessage(body.text) : undefined;
  if (!message)
    return answer(400, "failed to deserialize the request body into JSON: not a callback message");
  const { id, verifier } = message;
  if (!callbacks.isVerifier(id, verifier)) return answer(401, "verifier doesn't match");
  if (idOf(request.url) !== id) return answer(400, "id from url path and id from body are different");
  return act(callbacks, message);
}

function act(callbacks: Callbacks, message: CallbackMessage): Response {
  const { id } = message;
  switch (message.action) {
    case "check":
      return withProtocol(callbacks.exists(id) ? new Response(null, { status: 204 }) : missing());
    case "next":
      return callbacks.deliver(id, message.payload) ? new Response(null, { status: 200 }) : missing();
    case "heartbeat":
      return beat(callbacks, message);
    case "complete":
      return callbacks.complete(id, message.errors)
        ? new Response(null, { status: 202 })
        : answer(404, "unknown topic");
  }
}

function beat(callbacks: Callbacks, message: CallbackMessage & { action: "heartbeat" }): Response {
  const { ids, id, verifier } = message;
  if (!ids.includes(id)) return answer(401, "id used for the verifier is not part of ids array");
  const valid = ids.filter((each) => callbacks.beat(each));
  if (valid.length === ids.length) return new Response(null, { status: 204 });
  if (valid.length === 0) return answer(404, "subscriptions don't exist");
  const invalid = ids.filter((each) => !valid.includes(each));
  // The next heartbeat needs an id that exists, and the verifier that goes with it.
  const next = invalid.includes(id) ? valid.at(-1)! : id;
  const nextVerifier = next === id ? verifier : callbacks.verifierOf(next);
  const payload = { invalid_ids: invalid, id: next, verifier: nextVerifier };
  // The protocol's text has the payload as the body, Apollo Router sends it as an error's message: here are both.
  const error = { message: JSON.stringify(payload, null, 2), extensions: { code: reasons[404] } };
  return Response.json({ ...payload, errors: [error] }, { status: 404 });
}

function missing(): Response {
  return answer(404, "subscription doesn't exist");
}

function idOf(url: string): string {
  return decodeURIComponent(new URL(url).pathname.split("/").at(-1) ?? "");
}

function withProtocol(response: Response): Response {
  response.headers.set(callbackProtocol.name, callbackProtocol.value);
  return response;
}

const reasons: Readonly<Record<number, string>> = {
  400: "400 Bad Request",
  401: "401 Unauthorized",
  404: "404 Not Found",
  405: "405 Method Not Allowed",
  413: "413 Payload Too Large",
};

function answer(status: number, message: string): Response {
  return Response.json({ errors: [{ message, extensions: { code: reasons[status] } }] }, { status });
}
