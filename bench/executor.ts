import { configFromYaml } from "../router/src/config/router-config.ts";
import { createCacheMemory } from "../router/src/entity-cache/cache-memory.ts";
import { createRouter } from "../router/src/router.ts";
import { BufferedResponse } from "../router/src/subgraph-client/buffered-response.ts";
import { Http1Transport } from "../router/src/subgraph-client/http1/http1-transport.ts";
import type {
  SubgraphRequest,
  SubgraphResponse,
  Transport,
} from "../router/src/subgraph-client/transport.ts";
import { composeSupergraph } from "./graphs/graph.ts";
import { library } from "./graphs/library.ts";
import { heavyBody, heavyVaryingBody } from "./graphs/library-operations.ts";
import { NONCE, withNonce } from "./graphs/nonce.ts";
import { startOrigin } from "./subgraphs/origin.ts";

/**
 * What the router does itself for the heavy query: everything but sockets. Subgraphs answer from memory what
 * they answered once, so nothing but the router's own work is left. With --changing the answers mean the same but
 * are never the same bytes twice in a row, so each is read, merged and written. With --varying a variable is new
 * each time. With --cached all entities come from the response cache, or, where a variable is new, all are missed. With
 * --partial every tenth entity is missed, each time others.
 */
using origin = startOrigin(library);
const supergraphSdl = composeSupergraph(library, `http://${origin.address}`);

class ReplayTransport implements Transport {
  private readonly network = new Http1Transport();
  private readonly answers = new Map<string, Buffer>();
  private sent = 0;

  async send(request: SubgraphRequest): Promise<SubgraphResponse> {
    const body = isVarying ? String(request.body).replace(nonceNow, NONCE) : request.body;
    const key = `${request.url.href} ${body}`;
    let bytes = this.answers.get(key);
    if (!bytes) {
      bytes = Buffer.concat([(await this.network.send(request)).body, Buffer.from(" ")]);
      this.answers.set(key, bytes);
    }
    return new BufferedResponse(200, head, bytes, 0, this.lengthOf(bytes));
  }

  /** JSON may end in white space: as many answers as asked for mean the same and are not the same bytes. */
  private lengthOf(bytes: Buffer): number {
    const isPadded = !answersStay && this.sent++ % 2 === 0;
    return bytes.length - (isPadded ? 0 : 1);
  }

  close(): void {
    this.network.close();
  }
}

const isVarying = process.argv.includes("--varying");
let nonce = 0;
let nonceNow = NONCE;
const isPartial = process.argv.includes("--partial");
const isCached = process.argv.includes("--cached") || isPartial;
const head = `content-type: application/json\r\n${isCached ? "cache-control: max-age=3600\r\n" : ""}`;
const configYaml = isCached ? "response_cache: { enabled: true, subgraph: { all: { ttl: 1h } } }" : "";
const answersStay = !process.argv.includes("--changing");
const transport = new ReplayTransport();
const cacheMemory = createCacheMemory();
const router = createRouter({
  cacheMemory,
  supergraphSdl,
  config: configFromYaml(configYaml),
  transportFor: () => transport,
});
const [rounds = 7, requests = 2_000] = process.argv
  .slice(2)
  .filter((each) => !each.startsWith("--"))
  .map(Number);

for (let index = 0; index < 500; index++) await ask();
const figures: number[] = [];
for (let round = 0; round < rounds; round++) {
  const before = process.cpuUsage();
  let forgettingUs = 0;
  for (let index = 0; index < requests; index++) {
    if (isPartial) {
      const start = process.cpuUsage();
      forgetSome();
      const spent = process.cpuUsage(start);
      forgettingUs += spent.user + spent.system;
    }
    await ask();
  }
  const { user, system } = process.cpuUsage(before);
  figures.push((user + system - forgettingUs) / requests);
}
figures.sort((a, b) => a - b);
console.log(
  `heavy query without sockets: ${figures[Math.floor(rounds / 2)]?.toFixed(0)} µs of CPU a request ` +
    `(${figures[0]?.toFixed(0)}–${figures.at(-1)?.toFixed(0)}, ${rounds} rounds of ${requests})`,
);
router.close();

/** Of all entities that are kept, those of one turn in ten. */
function forgetSome(): void {
  const { store } = cacheMemory;
  for (const { subgraph, type, shelves } of store.allSections()) {
    for (const { entities } of shelves.values()) {
      const keys = [...entities.keys()].sort().filter((_, index) => index % 10 === nonce % 10);
      if (type !== "Query") for (const key of keys) store.removeKey(subgraph, type, key);
    }
  }
}

async function ask(): Promise<string> {
  nonceNow = withNonce(NONCE, ++nonce);
  const body = isVarying ? withNonce(heavyVaryingBody, nonce) : heavyBody;
  const response = await router.fetch(
    new Request("http://router/", {
      method: "POST",
      headers: { "content-type": "application/json" },
      body,
    }),
  );
  return response.text();
}
