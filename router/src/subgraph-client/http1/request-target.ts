import { TransportError } from "../transport.ts";

/** Where a connection goes. */
export interface Origin {
  key: string;
  hostname: string;
  port: number;
  /** Set for a Unix socket; host name and port do not count then. */
  socketPath?: string;
}

export interface RequestTarget {
  origin: Origin;
  path: string;
  /** For the `host` header. */
  host: string;
}

/** Reads `http://host:port/path` and Apollo's `unix:///path/to.sock?path=/http/path`. */
export function parseRequestTarget(url: URL): RequestTarget {
  if (url.protocol === "unix:") return parseUnixTarget(url);
  if (url.protocol !== "http:") {
    throw new TransportError("BAD_REQUEST", `plain HTTP cannot reach a '${url.protocol}' URL`);
  }
  const port = url.port === "" ? 80 : Number(url.port);
  return {
    origin: { key: `${url.hostname}:${port}`, hostname: withoutBrackets(url.hostname), port },
    path: url.pathname + url.search,
    host: url.host,
  };
}

function parseUnixTarget(url: URL): RequestTarget {
  const socketPath = decodeURIComponent(url.host + url.pathname);
  const pathParameter = url.search
    .slice(1)
    .split("&")
    .find((parameter) => parameter.startsWith("path="));
  return {
    origin: { key: `unix:${socketPath}`, hostname: "", port: 0, socketPath },
    path: pathParameter?.slice("path=".length) || "/",
    host: "localhost",
  };
}

/** An IPv6 address stands in brackets in a URL only. */
export function withoutBrackets(hostname: string): string {
  return hostname.startsWith("[") ? hostname.slice(1, -1) : hostname;
}
