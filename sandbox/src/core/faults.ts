import type { MiddlewareHandler } from "hono";

/**
 * Something that goes wrong on demand.
 * - `answer`: the provider answers this and does nothing.
 * - `delay`: it takes longer.
 * - `lose-answer`: it does what was asked, but the caller's connection breaks before the answer.
 */
export interface Fault {
  kind: "answer" | "delay" | "lose-answer";
  method?: string;
  /** A part of the path. */
  path?: string;
  /** A part of the body. */
  body?: string;
  status?: number;
  answer?: unknown;
  headers?: Record<string, string>;
  delayMs?: number;
  /** How many requests it meets; all that come where left out. */
  times?: number;
}

const faultsMax = 1_000;

/** The faults of one provider, the first that matches a request counts. */
export class Faults {
  private faults: Fault[] = [];
  latencyMs = 0;

  add(fault: Fault): void {
    if (this.faults.length >= faultsMax) throw new Error(`a provider takes ${faultsMax} faults at most`);
    this.faults.push({ ...fault });
  }

  clear(): void {
    this.faults = [];
    this.latencyMs = 0;
  }

  private take(request: { method: string; path: string; body: string }): Fault | undefined {
    const fault = this.faults.find((candidate) => matches(candidate, request));
    if (fault?.times !== undefined && --fault.times <= 0) {
      this.faults = this.faults.filter((other) => other !== fault);
    }
    return fault;
  }

  /** Before a provider's own routes. */
  readonly middleware: MiddlewareHandler = async (context, next) => {
    const { req } = context;
    const body = req.method === "GET" ? "" : await req.raw.clone().text();
    const fault = this.take({ method: req.method, path: req.path, body });
    const delayMs = this.latencyMs + (fault?.delayMs ?? 0);
    if (delayMs > 0) await Bun.sleep(delayMs);
    if (fault?.kind === "answer") {
      return Response.json(fault.answer ?? {}, { status: fault.status ?? 500, headers: fault.headers ?? {} });
    }
    await next();
    // A body that breaks off is what a caller sees of a connection that breaks.
    if (fault?.kind === "lose-answer") context.res = brokenResponse();
  };
}

function matches(
  fault: Fault,
  { method, path, body }: { method: string; path: string; body: string },
): boolean {
  return (
    (fault.method === undefined || fault.method === method) &&
    (fault.path === undefined || path.includes(fault.path)) &&
    (fault.body === undefined || body.includes(fault.body))
  );
}

function brokenResponse(): Response {
  const body = new ReadableStream({
    start(controller) {
      controller.enqueue(new TextEncoder().encode("{"));
    },
    pull(controller) {
      controller.error(new Error("the connection breaks on demand"));
    },
  });
  return new Response(body, { headers: { "content-type": "application/json" } });
}
