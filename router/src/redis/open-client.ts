import type { Cluster, Redis, RedisOptions } from "ioredis";
import type { RedisAddress } from "../config/sections/shared/redis-address.ts";

/** Both speak the same commands. */
export type RedisClient = Redis | Cluster;

export interface ClientSettings {
  address: RedisAddress;
  username: string | undefined;
  password: string | undefined;
  tls: RedisTls | undefined;
  /** A server that leaves this long unanswered what it was sent is taken for dead. */
  silenceMs: number;
}

export interface RedisTls {
  readonly certificateAuthorities?: string | undefined;
  readonly clientAuthentication?: { readonly certificateChain: string; readonly key: string } | undefined;
}

/** Loaded when first needed: a router without Redis does not pay for it. */
export async function openClient(settings: ClientSettings): Promise<RedisClient> {
  const { Redis, Cluster } = await import("ioredis");
  const { kind, nodes, database, sentinel } = settings.address;
  const common = commonOptions(settings);
  switch (kind) {
    case "single":
      return new Redis({ ...common, ...nodes[0]!, db: database, retryStrategy: reconnectDelayMs });
    case "cluster":
      return new Cluster([...nodes], {
        redisOptions: common,
        enableOfflineQueue: false,
        clusterRetryStrategy: reconnectDelayMs,
        // With TLS a name is what the certificate says; an address would not match it.
        ...(common.tls && { dnsLookup: (address, callback) => callback(null, address) }),
      });
    case "sentinel":
      return new Redis({
        ...common,
        sentinels: [...nodes],
        name: sentinel.name,
        ...(sentinel.username !== undefined && { sentinelUsername: sentinel.username }),
        ...(sentinel.password !== undefined && { sentinelPassword: sentinel.password }),
        ...(common.tls && { sentinelTLS: common.tls, enableTLSForSentinelMode: true }),
        db: database,
        retryStrategy: reconnectDelayMs,
        sentinelRetryStrategy: reconnectDelayMs,
      });
  }
}

function commonOptions({ address, username, password, tls, silenceMs }: ClientSettings) {
  const user = username ?? address.username;
  const secret = password ?? address.password;
  return {
    ...(user !== undefined && { username: user }),
    ...(secret !== undefined && { password: secret }),
    ...((address.isTls || tls) && { tls: tlsOptions(tls, address) }),
    connectTimeout: connectTimeoutMs,
    socketTimeout: silenceMs,
    // Nothing waits for a server that is away: a command fails at once, and is sent once.
    enableOfflineQueue: false,
    autoResendUnfulfilledCommands: false,
    maxRetriesPerRequest: 0,
    // What every server and proxy understands.
    protocol: 2,
    disableClientInfo: true,
  } satisfies RedisOptions;
}

const connectTimeoutMs = 5_000;

function tlsOptions(tls: RedisTls | undefined, { nodes }: RedisAddress) {
  const { certificateAuthorities: ca, clientAuthentication } = tls ?? {};
  const host = nodes[0]?.host ?? "";
  return {
    ...(ca !== undefined && { ca }),
    ...(clientAuthentication && {
      cert: clientAuthentication.certificateChain,
      key: clientAuthentication.key,
    }),
    ...(nodes.length === 1 && !isAddress(host) && { servername: host }),
  };
}

/** A server name must be a name. https://www.rfc-editor.org/rfc/rfc6066#section-3 */
function isAddress(host: string): boolean {
  return /^[\d.]+$/.test(host) || host.includes(":");
}

const firstDelayMs = 20;
const delayMsMax = 2_000;

/** Doubles each time, and for ever; the random part keeps routers from coming back all at once. */
function reconnectDelayMs(times: number): number {
  return Math.min(firstDelayMs * 2 ** Math.min(times - 1, 10), delayMsMax) * (0.75 + Math.random() / 2);
}
