/** Where Redis is, as `redis.urls` says: one server, the nodes of a cluster, or the sentinels before it. */
export interface RedisAddress {
  kind: "single" | "cluster" | "sentinel";
  isTls: boolean;
  nodes: readonly RedisNode[];
  username: string | undefined;
  password: string | undefined;
  database: number;
  /** What the sentinels call the server that is asked for, and how they want to be asked. */
  sentinel: { name: string; username: string | undefined; password: string | undefined };
}

export interface RedisNode {
  host: string;
  port: number;
}

/**
 * As in Apollo Router: several `redis://` addresses are nodes of one cluster, and further nodes may also stand
 * in the query string, as in `redis-sentinel://one:26379?sentinelServiceName=primary&node=two:26379`.
 */
export function readRedisAddress(urls: readonly string[]): RedisAddress {
  const [first, ...others] = urls.map((url) => new URL(url));
  if (!first) throw new Error("the list of urls is empty");
  for (const other of others) {
    if (other.username !== first.username || other.password !== first.password) {
      throw new Error("all urls need the same user and password");
    }
    if (clusterScheme(other) !== clusterScheme(first)) throw new Error("all urls need the same scheme");
  }
  const kind = kindOf(first, others.length > 0);
  const further = first.searchParams.getAll("node").map(readNode);
  return {
    kind,
    isTls: first.protocol.startsWith("rediss"),
    nodes: [...[first, ...others].map((url) => nodeOf(url, kind)), ...further],
    username: decoded(first.username),
    password: decoded(first.password),
    database: readDatabase(first),
    sentinel: {
      name: first.searchParams.get("sentinelServiceName") ?? "mymaster",
      username: first.searchParams.get("sentinelUsername") ?? undefined,
      password: first.searchParams.get("sentinelPassword") ?? undefined,
    },
  };
}

function clusterScheme({ protocol }: URL): string {
  return protocol === "redis:" || protocol === "rediss:" ? protocol.replace(":", "-cluster:") : protocol;
}

function kindOf({ protocol }: URL, hasOthers: boolean): RedisAddress["kind"] {
  if (protocol.includes("-sentinel")) return "sentinel";
  return protocol.includes("-cluster") || hasOthers ? "cluster" : "single";
}

const portDefault = 6_379;
const sentinelPortDefault = 26_379;

function nodeOf({ hostname, port }: URL, kind: RedisAddress["kind"]): RedisNode {
  if (hostname === "") throw new Error("a url needs a host");
  const fallback = kind === "sentinel" ? sentinelPortDefault : portDefault;
  return { host: unbracketed(hostname), port: port === "" ? fallback : Number(port) };
}

function readNode(text: string): RedisNode {
  const { hostname, port } = new URL(`redis://${text}`);
  if (hostname === "" || port === "") throw new Error(`node=${text} must be a host and a port`);
  return { host: unbracketed(hostname), port: Number(port) };
}

/** An IPv6 address stands in brackets only inside of a URL. */
function unbracketed(host: string): string {
  return host.startsWith("[") ? host.slice(1, -1) : host;
}

function readDatabase({ pathname }: URL): number {
  const text = pathname.slice(1);
  if (!/^\d*$/.test(text)) throw new Error(`/${text} must be the number of a database`);
  return Number(text);
}

function decoded(text: string): string | undefined {
  return text === "" ? undefined : decodeURIComponent(text);
}
