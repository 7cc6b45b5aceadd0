import type { Subgraphs } from "./subgraphs.ts";

export interface EdgeParts {
  port: number;
  /** Asked for with each request: subgraphs are made once the edge's address is known. */
  subgraphs(): Subgraphs | undefined;
  /** The public keys of tokens, where they are ours. */
  jwks: object | undefined;
}

/** What the world calls that is not GraphQL: webhooks and public keys. */
export function startEdge({ port, subgraphs, jwks }: EdgeParts) {
  return Bun.serve({
    hostname: "127.0.0.1",
    port,
    maxRequestBodySize: bodyBytesMax,
    fetch(request) {
      const { pathname } = new URL(request.url);
      if (pathname === "/.well-known/jwks.json" && jwks) {
        return Response.json(jwks, { headers: { "cache-control": "public, max-age=60" } });
      }
      const route = routes.find(({ prefix }) => pathname.startsWith(prefix));
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
  { prefix: "/receipts/", subgraph: "dining" },
  { prefix: "/twilio/", subgraph: "sms" },
] as const satisfies readonly { prefix: string; subgraph: keyof Subgraphs }[];

const bodyBytesMax = 2_000_000;
