import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { composeSupergraph } from "../graphs/graph.ts";
import { library } from "../graphs/library.ts";
import { heavyBody } from "../graphs/library-operations.ts";
import { startOrigin } from "../subgraphs/origin.ts";
import { cpuTimeMs } from "./process-usage.ts";

const connections = 20;

interface Contender {
  name: string;
  url: string;
  child: Bun.Subprocess;
}

export interface PairedRun {
  rounds: number;
  /** In each round, by each router. */
  requests: number;
  /** Before anything is measured, so that what runs often is compiled. */
  warmUp: number;
  headers(turn: number): Record<string, string>;
}

/**
 * Real router processes over real sockets with the heavy query, before subgraphs that answer from memory. All are
 * started at once and take turns within each round, so that what else the machine does meets them alike.
 */
export class PairedRouters implements AsyncDisposable {
  readonly folder = mkdtempSync(join(tmpdir(), "mycelium-paired-"));
  /** The heavy query's. */
  readonly supergraph: string;
  private readonly origin = startOrigin(library);
  private readonly subgraphs = replay(this.origin.address);
  private readonly contenders: Contender[] = [];
  private turn = 0;

  constructor() {
    this.supergraph = composeSupergraph(library, `http://127.0.0.1:${this.subgraphs.port}`);
  }

  async add(name: string, { supergraph = this.supergraph, yaml = "" } = {}): Promise<void> {
    const path = join(this.folder, name.replaceAll(/\W+/g, "-"));
    writeFileSync(`${path}.graphql`, supergraph);
    writeFileSync(
      `${path}.yaml`,
      `supergraph: { listen: 127.0.0.1:0 }\nhealth_check: { enabled: false }\n${yaml}\n`,
    );
    const router = join(import.meta.dirname, "../../router/bin/router");
    const child = Bun.spawn([router, "-s", `${path}.graphql`, "-c", `${path}.yaml`], { stdout: "pipe" });
    this.contenders.push({ name, child, url: await readUrl(child.stdout) });
  }

  /** Prints each one's CPU a request, and how much more that is than the first one's of the same round. */
  async compare(run: PairedRun): Promise<void> {
    const { contenders } = this;
    const figures = contenders.map((): number[] => []);
    for (const router of contenders) await this.measure(router, run.warmUp, run);
    for (let round = 0; round < run.rounds; round++) {
      for (let step = 0; step < contenders.length; step++) {
        const index = (round + step) % contenders.length;
        figures[index]!.push(await this.measure(contenders[index]!, run.requests, run));
      }
    }
    contenders.forEach(({ name }, index) => {
      const own = figures[index]!;
      const ratio = median(own.map((figure, round) => figure / figures[0]![round]!));
      const more = ((ratio - 1) * 100).toFixed(1);
      console.log(
        `${name}: ${median(own).toFixed(0)} µs of CPU a request, ${more} % more than ${contenders[0]!.name}`,
      );
    });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const { child } of this.contenders) child.kill();
    await Promise.all(this.contenders.map(({ child }) => child.exited));
    this.subgraphs[Symbol.dispose]();
    this.origin[Symbol.dispose]();
    rmSync(this.folder, { recursive: true });
  }

  /** In microseconds of the router's own CPU for each request. */
  private async measure({ url, child }: Contender, count: number, { headers }: PairedRun): Promise<number> {
    const before = cpuTimeMs(child.pid);
    let left = count;
    const client = async () => {
      while (left-- > 0) {
        const response = await fetch(url, {
          ...{ method: "POST", body: heavyBody },
          headers: { "content-type": "application/json", ...headers(this.turn++) },
        });
        const text = await response.text();
        if (!text.startsWith('{"data":{') || text.includes('"errors"')) throw new Error(text.slice(0, 300));
      }
    };
    await Promise.all(Array.from({ length: connections }, client));
    return ((cpuTimeMs(child.pid) - before) * 1_000) / count;
  }
}

async function readUrl(output: ReadableStream<Uint8Array>): Promise<string> {
  let text = "";
  const decoder = new TextDecoder();
  const reader = output.getReader();
  while (true) {
    const { done, value } = await reader.read();
    text += decoder.decode(value, { stream: true });
    const url = /exposed at (http[^"\s]+)/.exec(text)?.[1];
    if (url !== undefined) return url;
    if (done) throw new Error(`the router did not start:\n${text}`);
  }
}

/** Subgraphs that answer from memory what they were asked before. */
function replay(address: string): Disposable & { port: number } {
  const answers = new Map<string, string>();
  const server = Bun.serve({
    hostname: "127.0.0.1",
    port: 0,
    async fetch(request) {
      const { pathname } = new URL(request.url);
      const body = await request.text();
      const known = answers.get(`${pathname} ${body}`);
      const headers = { "content-type": "application/json" };
      if (known !== undefined) return new Response(known, { headers });
      const answer = await (
        await fetch(`http://${address}${pathname}`, { method: "POST", headers, body })
      ).text();
      answers.set(`${pathname} ${body}`, answer);
      return new Response(answer, { headers });
    },
  });
  return { port: server.port ?? 0, [Symbol.dispose]: () => void server.stop(true) };
}

function median(values: readonly number[]): number {
  return values.toSorted((one, other) => one - other)[Math.floor(values.length / 2)] ?? Number.NaN;
}
