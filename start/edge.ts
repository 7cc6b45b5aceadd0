import type { Subgraphs } from "./subgraphs.ts";

export interface EdgeParts {
  port: number;
  /** Asked for with each request: subgraphs are made once the edge's address is known. */
  subgraphs(): Subgraphs | undefined;
}

/** What the world calls that is not GraphQL: webhooks, receipts, tokens and public keys. */
export function startEdge({ port, subgraphs }: EdgeParts) {
  return Bun.serve({
    hostname: "127.0.0.1",
    port,
    maxRequestBodySize: bodyBytesMax,
    fetch(request, server) {
      const { pathname } = new URL(request.url);
      const route = routes.find(({ prefix }) => pathname.startsWith(prefix));
      // Whatever a client says of where it is.
      request.headers.set("x-forwarded-for", server.requestIP(request)?.address ?? "unknown");
      return (
        (route && subgraphs()?.[route.subgraph].app.fetch(request)) ??
        new Response("Nothing is here", { status: 404 })
      );
    },
    error: () => new Response(null, { status: 500 }),
  });
}

const routes = [
  { prefix: "/webhooks/toast/", subgraph: "orders" },
  { prefix: "/webhooks/stripe/", subgraph: "payments" },
  { prefix: "/webhooks/sendgrid/", subgraph: "email" },
  { prefix: "/webhooks/ses/", subgraph: "email" },
  { prefix: "/receipts/", subgraph: "dining" },
  { prefix: "/twilio/", subgraph: "sms" },
  { prefix: "/token", subgraph: "platform" },
  { prefix: "/.well-known/jwks.json", subgraph: "platform" },
  { prefix: "/internal/introspect", subgraph: "platform" },
] as const satisfies readonly { prefix: string; subgraph: keyof Subgraphs }[];

const bodyBytesMax = 2_000_000;
