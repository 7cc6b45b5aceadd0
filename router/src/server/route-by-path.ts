import type { SocketPeer } from "../client-connections/socket-peer.ts";
import type { Endpoint } from "./endpoint.ts";
import { matchPath, parsePathPattern } from "./path-pattern.ts";

type Server = Bun.Server<SocketPeer>;
/** Undefined where the request has become a socket. */
type Handle = (request: Request, server: Server) => Response | undefined | Promise<Response | undefined>;

/** Finds the endpoint behind a path. */
export function routeByPath(endpoints: readonly Endpoint[], idleTimeoutSeconds: number): Handle {
  const routes = endpoints.map((endpoint) => ({
    pattern: parsePathPattern(endpoint.path),
    handle: orUpgrade(endpoint, waitForAnswer(endpoint, idleTimeoutSeconds)),
  }));
  return function handleByPath(request, server) {
    const path = pathOf(request.url);
    for (const { pattern, handle } of routes) if (matchPath(pattern, path)) return handle(request, server);
    for (const endpoint of endpoints) {
      const answer = endpoint.handleElsewhere?.(request);
      if (answer) return answer;
    }
    return new Response(null, { status: 404 });
  };
}

/** Cheaper than a URL object, of which every request would need one. */
function pathOf(url: string): string {
  const start = url.indexOf("/", url.indexOf("://") + 3);
  const query = url.indexOf("?", start);
  return start < 0 ? "/" : url.slice(start, query < 0 ? undefined : query);
}

function orUpgrade({ upgrade }: Endpoint, handle: Handle): Handle {
  if (!upgrade) return handle;
  return function handleOrUpgrade(request, server) {
    const isUpgrade = request.method === "GET" && /^websocket$/i.test(request.headers.get("upgrade") ?? "");
    const result = isUpgrade ? upgrade(request, server) : undefined;
    if (!result) return handle(request, server);
    if (result.kind === "refused") return result.response;
    const headers = result.protocol === undefined ? {} : { "sec-websocket-protocol": result.protocol };
    const isSocket = server.upgrade(request, { data: result.peer, headers });
    return isSocket ? undefined : new Response(null, { status: 400 });
  };
}

/** The runtime counts seconds in steps of four. */
const timerSlackSeconds = 5;

/** To the runtime a connection is idle while its answer is being made, and it would close it. */
function waitForAnswer({ handle, answerTimeoutMs = 0 }: Endpoint, idleTimeoutSeconds: number): Handle {
  if (answerTimeoutMs / 1_000 + timerSlackSeconds <= idleTimeoutSeconds) return handle;
  return async (request, server) => {
    server.timeout(request, 0);
    const response = await handle(request, server);
    server.timeout(request, idleTimeoutSeconds);
    return response;
  };
}
