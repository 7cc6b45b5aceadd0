import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

export { freePort } from "../../support/free-port.ts";

export interface RouterOptions {
  supergraph?: string | undefined;
  yaml?: string;
  flags?: readonly string[];
  environment?: Readonly<Record<string, string>>;
}

export interface GraphqlAnswer {
  data?: unknown;
  errors?: { message: string; path?: (string | number)[]; extensions?: Record<string, unknown> }[];
}

const executable = join(import.meta.dir, "../../../router/bin/router");
const startTimeoutMs = 15_000;

/** A router in a process of its own, with its files in a folder of its own. */
export class RouterProcess implements AsyncDisposable {
  readonly folder = mkdtempSync(join(tmpdir(), "mycelium-e2e-"));
  readonly configPath = join(this.folder, "router.yaml");
  readonly supergraphPath = join(this.folder, "supergraph.graphql");
  readonly exited: Promise<number>;
  private readonly child: Bun.Subprocess<"ignore", "pipe", "pipe">;
  private readonly reading: Promise<unknown>;
  private text = "";
  private errorText = "";

  constructor({ supergraph, yaml = "", flags = [], environment = {} }: RouterOptions) {
    if (supergraph !== undefined) this.writeSupergraph(supergraph);
    this.writeConfig(yaml);
    const source = environment.APOLLO_ROUTER_SUPERGRAPH_URLS ? [] : ["-s", this.supergraphPath];
    this.child = Bun.spawn([executable, ...source, "-c", this.configPath, ...flags], {
      stdin: "ignore",
      stdout: "pipe",
      stderr: "pipe",
      env: { ...process.env, NO_COLOR: "1", ...environment },
    });
    this.reading = Promise.all([
      this.read(this.child.stdout, (text) => {
        this.text += text;
      }),
      this.read(this.child.stderr, (text) => {
        this.errorText += text;
      }),
    ]);
    this.exited = this.child.exited;
  }

  /** Ports that nobody cares about are left to the system. */
  writeConfig(yaml: string): void {
    writeFileSync(this.configPath, completeYaml(yaml));
  }

  writeSupergraph(sdl: string): void {
    writeFileSync(this.supergraphPath, sdl);
  }

  get pid(): number {
    return this.child.pid;
  }

  get url(): string {
    return this.lastUrl("GraphQL endpoint");
  }

  get healthUrl(): string {
    return this.lastUrl("Health check");
  }

  get invalidationUrl(): string {
    return this.lastUrl("Cache invalidation");
  }

  get metricsUrl(): string {
    return this.lastUrl("Prometheus endpoint");
  }

  get port(): number {
    return Number(new URL(this.url).port);
  }

  /** What was logged, without time and the like. */
  get messages(): string[] {
    return this.lines.map(({ message }) => message);
  }

  get lines(): ({ message: string } & Record<string, unknown>)[] {
    const lines = this.text.split("\n").filter((line) => line.startsWith("{"));
    return lines.map((line) => JSON.parse(line));
  }

  get stderr(): string {
    return this.errorText;
  }

  get residentBytes(): number {
    return Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${this.pid}/status`, "utf8"))?.[1]) * 1024;
  }

  signal(name: NodeJS.Signals): void {
    this.child.kill(name);
  }

  /** Waits until a message of the log has the text, `times` times. */
  async logged(text: string, times = 1): Promise<void> {
    const deadlineMs = performance.now() + startTimeoutMs;
    while (this.messages.filter((message) => message.includes(text)).length < times) {
      if (performance.now() > deadlineMs || this.child.exitCode !== null) {
        await Bun.sleep(20);
        throw new Error(`the router did not log "${text}":\n${this.text}${this.errorText}`);
      }
      await Bun.sleep(5);
    }
  }

  /** The exit code once nothing more can be read from it. */
  async ended(): Promise<number> {
    const code = await this.exited;
    await this.reading;
    return code;
  }

  async query(query: string, init: BunFetchRequestInit = {}): Promise<GraphqlAnswer> {
    return (await (await this.post(query, init)).json()) as GraphqlAnswer;
  }

  post(query: string, init: BunFetchRequestInit = {}): Promise<Response> {
    const headers = new Headers(init.headers);
    headers.set("content-type", "application/json");
    return fetch(this.url, { method: "POST", body: JSON.stringify({ query }), ...init, headers });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.child.kill("SIGTERM");
    const forced = setTimeout(() => this.child.kill("SIGKILL"), 3_000);
    await this.ended();
    clearTimeout(forced);
    rmSync(this.folder, { recursive: true, force: true });
  }

  private lastUrl(name: string): string {
    const start = `${name} exposed at `;
    const line = this.messages.findLast((message) => message.startsWith(start));
    if (line === undefined) throw new Error(`the router has no ${name}:\n${this.text}${this.errorText}`);
    return line.slice(start.length);
  }

  private async read(stream: ReadableStream<Uint8Array>, keep: (text: string) => void): Promise<void> {
    const decoder = new TextDecoder();
    for await (const chunk of stream) keep(decoder.decode(chunk, { stream: true }));
  }
}

export async function startRouter(options: RouterOptions): Promise<RouterProcess> {
  const router = new RouterProcess(options);
  const isShared = options.flags?.includes("--workers") === true;
  await router
    .logged(isShared ? "workers serve" : "GraphQL endpoint exposed")
    .catch(async (error: unknown) => {
      await router[Symbol.asyncDispose]();
      throw error;
    });
  return router;
}

/** Starts a router that is expected to refuse. */
export async function failToStart(options: RouterOptions): Promise<{ exitCode: number; stderr: string }> {
  await using router = new RouterProcess(options);
  const exitCode = await router.ended();
  return { exitCode, stderr: router.stderr.trim() };
}

const defaults = {
  supergraph: "supergraph: { listen: 127.0.0.1:0 }",
  health_check: "health_check: { listen: 127.0.0.1:0 }",
  include_subgraph_errors: "include_subgraph_errors: { all: true }",
};

function completeYaml(yaml: string): string {
  const isGiven = (key: string) => new RegExp(`^${key}:`, "m").test(yaml);
  const missing = Object.entries(defaults).filter(([key]) => !isGiven(key));
  return `${yaml}\n${missing.map(([, line]) => line).join("\n")}\n`;
}
