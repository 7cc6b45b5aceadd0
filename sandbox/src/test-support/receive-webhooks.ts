export interface ReceivedWebhook {
  path: string;
  headers: Headers;
  body: string;
}

/** A receiver of webhooks: what came, and an answer of the test's choice. */
export function receiveWebhooks(answer: (received: ReceivedWebhook, count: number) => number = () => 200) {
  const received: ReceivedWebhook[] = [];
  const server = Bun.serve({
    hostname: "127.0.0.1",
    port: 0,
    async fetch(request) {
      const { pathname } = new URL(request.url);
      const webhook = { path: pathname, headers: request.headers, body: await request.text() };
      received.push(webhook);
      return new Response(null, { status: answer(webhook, received.length) });
    },
  });
  return {
    received,
    url: server.url.origin,
    [Symbol.asyncDispose]: () => server.stop(true),
  };
}
