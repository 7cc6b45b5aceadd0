import { SupergraphError } from "./read-supergraph.ts";
import type { SupergraphCopy } from "./supergraph-copy.ts";
import type { SupergraphSource } from "./supergraph-source.ts";

export interface DeliveryOptions {
  /** Asked in order, until one answers. A URL may have a name and a key before its host. */
  urls: readonly string[];
  key: string | undefined;
  pollMs: number;
  /** The last good one outlives the process there. */
  copy: SupergraphCopy;
  /** What this router is called by whoever delivers. */
  routerName: string;
}

interface Delivered {
  sdl: string;
  /** Where it came from; undefined for the copy on disk. */
  url: string | undefined;
  /** Of the registry's that delivers it, where it is one. */
  launch: string | undefined;
}

const timeoutMs = 30_000;
const bytesMax = 50_000_000;
const jitter = 0.1;

/** A supergraph from a registry, or wherever else it lies, asked for again and again on condition that it changed. */
export class SupergraphDelivery implements SupergraphSource {
  private good: Delivered | undefined;
  private fresh: Delivered | undefined;
  private refused: string | undefined;
  private etag: { url: string; value: string } | undefined;
  private timer: ReturnType<typeof setTimeout> | undefined;
  private isAway = false;
  private notes: ["info" | "warn", string][] = [];
  private note: (level: "info" | "warn", message: string) => void = (...note) => this.notes.push(note);

  constructor(private readonly options: DeliveryOptions) {}

  async read(): Promise<string> {
    try {
      await this.ask();
    } catch (error) {
      if (!this.good) this.fresh = await this.fromDisk(error as Error);
    }
    return (this.fresh ?? this.good!).sdl;
  }

  async settle(outcome: "serves" | "refused"): Promise<void> {
    const { fresh } = this;
    this.fresh = undefined;
    if (!fresh) return;
    // One that makes no router is not tried again; nor does it stand in the way of another configuration.
    this.refused = outcome === "refused" ? fresh.sdl : undefined;
    if (outcome === "refused") return;
    this.good = fresh;
    if (fresh.url === undefined) return;
    const problem = await this.options.copy.write(fresh);
    if (problem) this.note("warn", `the supergraph cannot be kept for when nobody delivers one: ${problem}`);
    if (fresh.launch !== undefined) {
      this.note("info", `serving launch ${fresh.launch}`);
      void this.tellServed(fresh.url, fresh.launch);
    }
  }

  onChange(changed: () => void): void {
    const share = 1 - jitter + Math.random() * 2 * jitter;
    this.timer = setTimeout(async () => {
      await this.poll(changed);
      if (this.timer) this.onChange(changed);
    }, this.options.pollMs * share);
  }

  onNote(note: (level: "info" | "warn", message: string) => void): void {
    this.note = note;
    for (const [level, message] of this.notes.splice(0)) note(level, message);
  }

  close(): void {
    clearTimeout(this.timer);
    this.timer = undefined;
  }

  private async poll(changed: () => void): Promise<void> {
    try {
      if (await this.ask()) changed();
      if (this.isAway) this.note("info", "the supergraph can be asked for again");
      this.isAway = false;
    } catch (error) {
      if (!this.isAway) this.note("warn", `${(error as Error).message}; serving on as before`);
      this.isAway = true;
    }
  }

  /** Whether there is another one than was seen last, which `read` gives then. */
  private async ask(): Promise<boolean> {
    const failures: string[] = [];
    for (const url of this.options.urls) {
      const { href, headers } = this.address(url);
      try {
        const response = await fetch(href, { headers, signal: AbortSignal.timeout(timeoutMs) });
        if (response.status === 304) return false;
        if (response.ok) return await this.take(url, response);
        failures.push(`${hostOf(url)} answered ${response.status}`);
      } catch (error) {
        failures.push(`${hostOf(url)}: ${error instanceof Error ? error.message : String(error)}`);
      }
    }
    throw new SupergraphError(`no supergraph could be fetched (${failures.join("; ")})`);
  }

  private async take(url: string, response: Response): Promise<boolean> {
    const length = Number(response.headers.get("content-length") ?? 0);
    if (length > bytesMax) throw new Error(`its supergraph has more than ${bytesMax} bytes`);
    const sdl = await response.text();
    const value = response.headers.get("etag");
    this.etag = value === null ? undefined : { url, value };
    if (sdl === (this.fresh ?? this.good)?.sdl || sdl === this.refused) return false;
    this.fresh = { sdl, url, launch: response.headers.get("x-mycelium-launch") ?? undefined };
    return true;
  }

  private address(url: string): { href: string; headers: Record<string, string> } {
    const parsed = new URL(url);
    const { username, password } = parsed;
    parsed.username = "";
    parsed.password = "";
    const basic = Buffer.from(`${decodeURIComponent(username)}:${decodeURIComponent(password)}`).toString(
      "base64",
    );
    const { key } = this.options;
    return {
      href: parsed.href,
      headers: {
        ...(key !== undefined && { "x-api-key": key }),
        ...(password !== "" && { authorization: `Basic ${basic}` }),
        ...(this.etag?.url === url && { "if-none-match": this.etag.value }),
      },
    };
  }

  private async fromDisk(error: Error): Promise<Delivered> {
    const copy = await this.options.copy.read();
    if (!copy) throw error;
    const launch = copy.launch === undefined ? "" : ` of launch ${copy.launch}`;
    this.note("warn", `${error.message}: serving the last good copy${launch}`);
    return { ...copy, url: undefined };
  }

  /** For people to see. Nothing waits for it. */
  private async tellServed(from: string, launch: string): Promise<void> {
    const [, graph, variant] = /\/supergraph\/([^/]+)\/([^/?]+)/.exec(from) ?? [];
    if (graph === undefined || variant === undefined) return;
    const { href, headers } = this.address(from);
    await fetch(new URL("/launches/served", href), {
      method: "POST",
      headers: { ...headers, "content-type": "application/json" },
      body: JSON.stringify({ graph, variant, launch, router: this.options.routerName }),
      signal: AbortSignal.timeout(timeoutMs),
    }).catch(() => {});
  }
}

/** A URL may hold a key, which no log line shows. */
function hostOf(url: string): string {
  return new URL(url).host;
}
