import type { MiddlewareHandler } from "hono";

export interface SeenRequest {
  method: string;
  path: string;
  query: string;
  headers: Record<string, string>;
  body: string;
  status: number;
}

const seenMax = 2_000;
const hidden = new Set(["authorization", "cookie", "toast-api-key"]);

/** What reached a provider, newest last: credentials are not kept. */
export class SeenRequests {
  private seen: SeenRequest[] = [];

  all(): readonly SeenRequest[] {
    return this.seen;
  }

  clear(): void {
    this.seen = [];
  }

  readonly middleware: MiddlewareHandler = async (context, next) => {
    const { req } = context;
    const body = req.method === "GET" ? "" : await req.raw.clone().text();
    await next();
    const headers = Object.entries(req.header()).filter(([name]) => !hidden.has(name));
    this.seen.push({
      method: req.method,
      path: req.path,
      query: new URL(req.url).search,
      headers: Object.fromEntries(headers),
      body,
      status: context.res.status,
    });
    if (this.seen.length > seenMax) this.seen.shift();
  };
}
