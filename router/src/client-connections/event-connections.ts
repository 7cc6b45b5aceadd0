import { randomUUID } from "node:crypto";
import { eventStreamType } from "../client-streams/event-stream.ts";
import { knownPeer, type PeerReader } from "../http/peer.ts";
import { readBody } from "../http/read-body.ts";
import { isJsonObject, type JsonObject, type JsonValue } from "../json.ts";
import type { ConnectionHost } from "./connection-host.ts";
import { EventSession } from "./event-session.ts";

const tokenHeader = "x-graphql-event-stream-token";

/** The single connections of `graphql-sse`. https://github.com/enisdenjo/graphql-sse/blob/master/PROTOCOL.md */
export class EventConnections {
  private readonly sessions = new Map<string, EventSession>();
  private isDraining = false;

  /** @param isShared whether the requests of one client may reach several processes */
  constructor(
    private readonly host: () => ConnectionHost,
    private readonly isShared: boolean,
  ) {}

  get size(): number {
    return this.sessions.size;
  }

  /** Undefined for requests that have nothing to do with single connections. */
  handle(request: Request, peers: PeerReader): Response | Promise<Response> | undefined {
    const isReservation = request.method === "PUT";
    const token = isReservation ? null : tokenOf(request);
    if (!isReservation && token === null) return undefined;
    const { enabled, singleConnection } = this.host().streaming.sse;
    if (!enabled || !singleConnection) return undefined;
    return this.answer(request, token, peers);
  }

  async drain(): Promise<void> {
    this.isDraining = true;
    await Promise.all([...this.sessions.values()].map((session) => session.drain()));
  }

  private async answer(request: Request, token: string | null, peers: PeerReader): Promise<Response> {
    const response = await this.route(request, token, peers);
    this.host().addCorsHeaders(request, response.headers);
    return response;
  }

  private route(request: Request, token: string | null, peers: PeerReader): Response | Promise<Response> {
    if (token === null) return this.reserve(request);
    const session = this.sessions.get(token);
    if (!session) return text(404, "Stream not found");
    switch (request.method) {
      case "GET":
        return session.isOpen ? text(409, "Stream already open") : events(session);
      case "POST":
        return this.subscribe(request, session, peers);
      case "DELETE":
        return unsubscribe(request, session);
      default:
        return new Response(null, { status: 405, headers: { allow: "GET, PUT, POST, DELETE" } });
    }
  }

  private async reserve(request: Request): Promise<Response> {
    const host = this.host();
    if (this.isShared) return text(501, "Single connections need one process: start with --workers 1");
    if (this.isDraining || this.sessions.size >= host.streaming.sse.connectionsMax) {
      return text(503, "The router has as many connections as it can take");
    }
    if (!(await host.letsIn(request))) return text(401, "Unauthorized");
    const token = randomUUID();
    const session = new EventSession(token, {
      host: this.host,
      closed: () => this.sessions.delete(token),
    });
    this.sessions.set(token, session);
    return new Response(token, { status: 201, headers: { "content-type": "text/plain; charset=utf-8" } });
  }

  private async subscribe(request: Request, session: EventSession, peers: PeerReader): Promise<Response> {
    const { messageBytesMax, streaming } = this.host();
    const body = await readBody(request, messageBytesMax);
    if (body.kind === "tooLarge") return text(413, "Request body payload too large");
    const payload = body.kind === "body" ? readPayload(body.text) : undefined;
    if (!payload) return text(400, "The body is not an operation in JSON");
    const { extensions } = payload;
    const id = isJsonObject(extensions) ? extensions.operationId : undefined;
    if (typeof id !== "string" || id === "") return text(400, "Operation ID is missing");
    if (session.has(id)) return text(409, "Operation with ID already exists");
    if (session.size >= streaming.sse.operationsPerConnection) {
      return text(429, "Too many operations on one connection");
    }
    const { url, headers } = request;
    session.start(id, { url, headers, payload, peers: knownPeer(request, peers) });
    return new Response(null, { status: 202 });
  }
}

function unsubscribe(request: Request, session: EventSession): Response {
  const id = new URL(request.url).searchParams.get("operationId");
  if (id === null) return text(400, "Operation ID is missing");
  session.stop(id);
  return new Response(null, { status: 200 });
}

function events(session: EventSession): Response {
  const headers = { "content-type": eventStreamType, "cache-control": "no-cache", "x-accel-buffering": "no" };
  return new Response(session.open(), { status: 200, headers });
}

function tokenOf(request: Request): string | null {
  const token = request.headers.get(tokenHeader);
  if (token !== null) return token;
  // A browser's own EventSource sends no headers of a page's choice.
  return request.method === "GET" && request.url.includes("token=")
    ? new URL(request.url).searchParams.get("token")
    : null;
}

function readPayload(body: string): JsonObject | undefined {
  try {
    const value = JSON.parse(body) as JsonValue;
    return isJsonObject(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

function text(status: number, body: string): Response {
  return new Response(body, { status, headers: { "content-type": "text/plain; charset=utf-8" } });
}
