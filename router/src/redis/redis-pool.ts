import type { Logger } from "pino";
import { type RedisAddress, readRedisAddress } from "../config/sections/shared/redis-address.ts";
import type { ProcessMeters } from "../telemetry/observer.ts";
import { type ClientSettings, openClient, type RedisClient, type RedisTls } from "./open-client.ts";
import { asRedisError, RedisError } from "./redis-error.ts";
import { type RedisScript, runScript, type ScriptCall } from "./redis-script.ts";

/** The keys that every `redis` of the configuration has. */
export interface RedisSettings {
  readonly urls: readonly string[];
  readonly username?: string | undefined;
  readonly password?: string | undefined;
  readonly namespace?: string | undefined;
  readonly tls?: RedisTls | undefined;
  readonly requiredToStart: boolean;
  readonly poolSize: number;
}

export interface RedisSurroundings {
  /** Who asks, in metrics and logs, such as "APQ". */
  kind: string;
  meters: ProcessMeters;
  logger: Logger;
  /** How long requests that began before `close` may still ask. */
  lingerMs: number;
}

export interface Subscriber {
  receive(message: string): void;
  /** Called each time that messages begin to come: what was sent before, or while away, was missed. */
  connected?(): void;
  /** Called when none come any more, until `connected`. */
  lost?(): void;
}

/** Commands sent and not yet answered, as in Apollo Router. */
const pendingMax = 10_000;
const startTimeoutMs = 5_000;
const graceMs = 1_000;
const silenceMs = 2_000;

/**
 * Connections to one Redis. While it is away every command fails at once; each command fails after its time;
 * a lost connection comes back by itself. Callers go on without what they asked for.
 */
export class RedisPool {
  private readonly clients: RedisClient[] = [];
  private readonly opening: Promise<void>;
  private readonly stopWatching: () => void;
  private readonly address: RedisAddress;
  private turn = 0;
  private pending = 0;
  private isClosed = false;
  private lost: string | undefined;

  constructor(
    private readonly settings: RedisSettings,
    private readonly surroundings: RedisSurroundings,
  ) {
    this.address = readRedisAddress(settings.urls);
    this.stopWatching = surroundings.meters.watchRedis(surroundings.kind, () => ({
      clients: this.clients.length,
      pending: this.pending,
    }));
    this.opening = this.open();
    // Whoever needs Redis to start waits for it; for all others it may come later.
    this.opening.catch(() => {});
  }

  /** Resolves when the router may start. */
  async started(timeoutMs = startTimeoutMs): Promise<void> {
    if (!this.settings.requiredToStart) {
      // What comes first should find it ready, where it is there at all.
      await Promise.race([this.opening.catch(() => {}), Bun.sleep(graceMs)]);
      return;
    }
    const { promise: timeout, reject } = Promise.withResolvers<never>();
    const timer = setTimeout(() => reject(new Error(this.lost ?? "no answer")), timeoutMs);
    try {
      await Promise.race([this.opening, timeout]);
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      throw new RedisError("io", `Redis for ${this.surroundings.kind} is required to start: ${reason}`);
    } finally {
      clearTimeout(timer);
    }
  }

  get isReady(): boolean {
    return this.clients.some(isReady);
  }

  get isCluster(): boolean {
    return this.address.kind === "cluster";
  }

  /** A key or channel in the configured namespace. */
  key(text: string): string {
    return this.settings.namespace === undefined ? text : `${this.settings.namespace}:${text}`;
  }

  /** Rejects with a `RedisError` after this time at the latest. */
  run<Answer>(ask: (client: RedisClient) => Promise<Answer>, timeoutMs: number): Promise<Answer> {
    const client = this.nextClient();
    if (!client) return this.fail(new RedisError("io", "Redis is not connected"));
    if (this.pending >= pendingMax) {
      return this.fail(new RedisError("backpressure", "Redis has too many commands to answer"));
    }
    const { promise, resolve, reject } = Promise.withResolvers<Answer>();
    const timer = setTimeout(() => {
      reject(new RedisError("timeout", `Redis did not answer within ${timeoutMs} ms`));
    }, timeoutMs);
    this.pending++;
    this.surroundings.meters.redisCommand(this.surroundings.kind);
    // What comes after its time still takes its place in the queue until then.
    ask(client)
      .then(resolve, (error) => reject(asRedisError(error)))
      .finally(() => {
        clearTimeout(timer);
        this.pending--;
      });
    return promise.catch((error) => this.fail(error));
  }

  runScript(script: RedisScript, call: ScriptCall, timeoutMs: number): Promise<unknown> {
    return this.run((client) => runScript(client, script, call), timeoutMs);
  }

  /** In the order of the keys; null where there is nothing. */
  readMany(keys: readonly string[], timeoutMs: number): Promise<(string | null)[]> {
    return this.run((client) => {
      // The keys of a cluster are spread over its nodes, and one command reaches one node.
      if (this.isCluster) return Promise.all(keys.map((key) => client.get(key)));
      return client.mget(...keys);
    }, timeoutMs);
  }

  /** Hears a channel of the namespace, over a connection of its own. The function returned ends that. */
  subscribe(channel: string, { receive, connected, lost }: Subscriber): () => void {
    const name = this.key(channel);
    let hearing: RedisClient | undefined;
    let isOver = false;
    // A server that says nothing may have nothing to say: only one that is asked can be found silent.
    const asking = setInterval(() => void hearing?.ping().catch(() => {}), silenceMs / 2);
    asking.unref();
    const hear = async () => {
      const client = await openClient(this.clientSettings());
      if (isOver) return client.disconnect();
      hearing = client;
      client.on("error", () => {});
      client.on("close", () => lost?.());
      client.on("message", (_channel: string, message: string) => receive(message));
      client.on("ready", () => {
        client.subscribe(name).then(
          () => connected?.(),
          () => {},
        );
      });
    };
    void hear();
    return () => {
      isOver = true;
      clearInterval(asking);
      hearing?.disconnect();
    };
  }

  /** Requests under way may still ask for a while. */
  close(): void {
    if (this.isClosed) return;
    this.isClosed = true;
    this.stopWatching();
    const disconnect = () => {
      for (const client of this.clients.splice(0)) client.disconnect();
    };
    if (this.surroundings.lingerMs === 0) disconnect();
    else setTimeout(disconnect, this.surroundings.lingerMs).unref();
  }

  private async open(): Promise<void> {
    const size = Math.max(1, this.settings.poolSize);
    const opened = await Promise.all(Array.from({ length: size }, () => openClient(this.clientSettings())));
    if (this.isClosed) {
      for (const client of opened) client.disconnect();
      return;
    }
    this.clients.push(...opened);
    await Promise.all(opened.map((client) => this.watch(client)));
  }

  /** Resolves when the client is ready for the first time. */
  private watch(client: RedisClient): Promise<void> {
    const { logger, kind, meters } = this.surroundings;
    return new Promise((resolve) => {
      client.on("ready", () => {
        if (this.lost !== undefined && this.isReady) logger.info({ kind }, "Redis is back");
        this.lost = undefined;
        resolve();
      });
      client.on("error", (error: Error) => {
        const { message, type } = asRedisError(error);
        meters.redisError(kind, type);
        if (this.lost === undefined) logger.error({ kind, reason: message }, "Redis cannot be reached");
        this.lost = message;
      });
    });
  }

  private clientSettings(): ClientSettings {
    const { username, password, tls } = this.settings;
    return { address: this.address, username, password, tls, silenceMs };
  }

  private nextClient(): RedisClient | undefined {
    const { clients } = this;
    for (let tried = 0; tried < clients.length; tried++) {
      this.turn = (this.turn + 1) % clients.length;
      const client = clients[this.turn]!;
      if (isReady(client)) return client;
    }
    return undefined;
  }

  private fail(error: unknown): Promise<never> {
    const known = asRedisError(error);
    this.surroundings.meters.redisError(this.surroundings.kind, known.type);
    return Promise.reject(known);
  }
}

function isReady({ status }: RedisClient): boolean {
  return status === "ready";
}
