/** As Apollo Router names them in `apollo.router.cache.redis.errors`. */
export type RedisErrorType = "auth" | "backpressure" | "cluster" | "config" | "io" | "timeout" | "unknown";

/** Redis could not be asked, or did not answer well. Never fatal: each caller has a way on without it. */
export class RedisError extends Error {
  constructor(
    readonly type: RedisErrorType,
    message: string,
    options?: ErrorOptions,
  ) {
    super(message, options);
  }
}

/** Redis begins its errors with a word of its own; sockets have a code. */
export function asRedisError(error: unknown): RedisError {
  if (error instanceof RedisError) return error;
  const message = error instanceof Error ? error.message : String(error);
  return new RedisError(typeOf(error, message), message, { cause: error });
}

function typeOf(error: unknown, message: string): RedisErrorType {
  if (/^(NOAUTH|WRONGPASS|NOPERM)\b/.test(message)) return "auth";
  if (/^(CLUSTERDOWN|CROSSSLOT|MOVED|ASK|TRYAGAIN)\b/.test(message)) return "cluster";
  const { code, syscall } = error as { code?: string; syscall?: string };
  const isLost = /connection|stream isn't writeable|socket/i.test(message);
  return code !== undefined || syscall !== undefined || isLost ? "io" : "unknown";
}
