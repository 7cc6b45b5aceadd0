import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { freePort } from "./free-port.ts";

export interface RedisServerOptions {
  /** Lines of redis.conf, such as `requirepass secret`. */
  config?: readonly string[];
  /** Then it speaks nothing else. */
  tls?: { cert: string; key: string };
}

/** Whether this machine has one. Without it, say so: `describe.skipIf(!hasRedisServer)`. */
export const hasRedisServer = Bun.which("redis-server") !== null;

const startTimeoutMs = 10_000;

/** A real Redis on a port of its own. It keeps nothing on disk, so that a restart comes back empty. */
export class RedisServer implements AsyncDisposable {
  readonly port: number;
  readonly folder = mkdtempSync(join(tmpdir(), "mycelium-redis-"));
  private child: Bun.Subprocess<"ignore", "pipe", "ignore"> | undefined;

  constructor(private readonly options: RedisServerOptions = {}) {
    const { tls, config = [] } = options;
    this.port = freePort();
    const lines = [
      ...(tls ? this.tlsLines(tls) : [`port ${this.port}`]),
      "bind 127.0.0.1",
      'save ""',
      "appendonly no",
      `dir ${this.folder}`,
      ...config,
    ];
    writeFileSync(this.configPath, `${lines.join("\n")}\n`);
  }

  get url(): string {
    return this.options.tls ? `rediss://localhost:${this.port}` : `redis://127.0.0.1:${this.port}`;
  }

  async start(): Promise<void> {
    const args = this.options.config?.some((line) => line.startsWith("sentinel ")) ? ["--sentinel"] : [];
    const child = Bun.spawn(["redis-server", this.configPath, ...args], {
      stdin: "ignore",
      stdout: "pipe",
      stderr: "ignore",
    });
    this.child = child;
    await waitUntilReady(child);
  }

  /** At once, as when the machine is lost. */
  async kill(): Promise<void> {
    this.child?.kill("SIGKILL");
    await this.child?.exited;
  }

  async restart(): Promise<void> {
    await this.kill();
    await this.start();
  }

  /** It keeps its connections and answers nothing, until `resume`. */
  pause(): void {
    this.child?.kill("SIGSTOP");
  }

  resume(): void {
    this.child?.kill("SIGCONT");
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.kill();
    rmSync(this.folder, { recursive: true, force: true });
  }

  private tlsLines({ cert, key }: { cert: string; key: string }): string[] {
    const paths = { cert: join(this.folder, "cert.pem"), key: join(this.folder, "key.pem") };
    writeFileSync(paths.cert, cert);
    writeFileSync(paths.key, key);
    return [
      "port 0",
      `tls-port ${this.port}`,
      `tls-cert-file ${paths.cert}`,
      `tls-key-file ${paths.key}`,
      "tls-auth-clients no",
    ];
  }

  private get configPath(): string {
    return join(this.folder, "redis.conf");
  }
}

export async function startRedis(options: RedisServerOptions = {}): Promise<RedisServer> {
  const server = new RedisServer(options);
  await server.start();
  return server;
}

/** A cluster of so many servers, each with an equal share of the keys. */
export async function startRedisCluster(size: number): Promise<RedisServer[]> {
  const config = ["cluster-enabled yes", "cluster-node-timeout 2000"];
  const servers = await Promise.all(Array.from({ length: size }, () => startRedis({ config })));
  const nodes = servers.map(({ port }) => `127.0.0.1:${port}`);
  await Bun.$`redis-cli --cluster create ${nodes} --cluster-yes`.quiet();
  return servers;
}

async function waitUntilReady(child: Bun.Subprocess<"ignore", "pipe", "ignore">): Promise<void> {
  const timer = setTimeout(() => child.kill("SIGKILL"), startTimeoutMs);
  const decoder = new TextDecoder();
  const reader = child.stdout.getReader();
  let text = "";
  while (!/Ready to accept connections|Sentinel ID is|monitor master/.test(text)) {
    const { done, value } = await reader.read();
    if (done) throw new Error(`redis-server did not start:\n${text}`);
    text += decoder.decode(value, { stream: true });
  }
  clearTimeout(timer);
  // What it says from now on is read, so that it never waits for a reader.
  void (async () => {
    while (!(await reader.read()).done);
  })();
}
