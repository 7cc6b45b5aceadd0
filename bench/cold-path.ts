/**
 * What an operation that was never asked before costs the router, stage by stage: `bun bench/cold-path.ts [rounds]
 * [operations]`. Each operation has aliases that no other has; subgraphs answer from memory, so nothing but the
 * router's own work is left.
 */
import { parse } from "graphql";
import { configFromYaml } from "../router/src/config/router-config.ts";
import { prepareOperation } from "../router/src/operation/prepare-operation.ts";
import { validateOperation } from "../router/src/operation/validate-operation.ts";
import { parseOperation } from "../router/src/planner/normalize/normalize-operation.ts";
import { createRouter } from "../router/src/router.ts";
import { BufferedResponse } from "../router/src/subgraph-client/buffered-response.ts";
import { Http1Transport } from "../router/src/subgraph-client/http1/http1-transport.ts";
import type { SubgraphRequest, Transport } from "../router/src/subgraph-client/transport.ts";
import { composeSupergraph } from "./graphs/graph.ts";
import { library } from "./graphs/library.ts";
import { coldBody } from "./graphs/library-operations.ts";
import { NONCE, withNonce } from "./graphs/nonce.ts";
import { startOrigin } from "./subgraphs/origin.ts";

const NONCES = /Zq\d{8}/g;

using origin = startOrigin(library);
const network = new Http1Transport();
const answers = new Map<string, Promise<string>>();
const router = createRouter({
  supergraphSdl: composeSupergraph(library, `http://${origin.address}`),
  config: configFromYaml(""),
  transportFor: (): Transport => ({ send: answerFromMemory, close() {} }),
});
const { pipeline } = router;
const rules = {
  schema: pipeline.schema,
  limits: pipeline.config.limits,
  reportsCoercionErrors: false,
  warn() {},
};
const overrides = { overrideLabels: new Set<string>(), overridePercentage: 50, defers: false };
const [rounds = 7, operations = 1_000] = process.argv.slice(2).map(Number);
let nonce = 0;

const stages: Record<string, (body: string) => unknown> = {
  parse: (body) => parse(textOf(body)),
  "parse, validate, prepare": (body) => prepared(body),
  "plan (parsing included)": (body) =>
    pipeline.planner.plan({ ...parseOperation(textOf(body), undefined), ...overrides }),
  "the whole request": (body) => answered(body),
};

const validate = (documents: readonly ReturnType<typeof parse>[]) => {
  for (const document of documents) validateOperation(pipeline.schema, document);
};

for (let index = 0; index < 500; index++)
  await Promise.all(Object.values(stages).map((run) => run(nextBody())));
const figures = new Map<string, number[]>();
for (let round = 0; round < rounds; round++) {
  const documents = bodies().map((body) => parse(textOf(body)));
  note("the rules one by one", () => validate(documents));
  for (const [name, run] of Object.entries(stages)) {
    const asked = bodies();
    await note(name, async () => {
      for (const body of asked) await run(body);
    });
  }
}
console.table(
  Object.fromEntries(
    [...figures].map(([stage, values]) => {
      values.sort((a, b) => a - b);
      const [median, least, most] = [values[rounds >> 1]!, values[0]!, values.at(-1)!].map(Math.round);
      return [stage, { "µs of CPU": median, least, most }];
    }),
  ),
);
router.close();
network.close();

async function note(stage: string, run: () => unknown): Promise<void> {
  const before = process.cpuUsage();
  await run();
  const { user, system } = process.cpuUsage(before);
  figures.set(stage, [...(figures.get(stage) ?? []), (user + system) / operations]);
}

function bodies(): string[] {
  return Array.from({ length: operations }, nextBody);
}

function nextBody(): string {
  return withNonce(coldBody, nonce++);
}

function textOf(body: string): string {
  return (JSON.parse(body) as { query: string }).query;
}

function prepared(body: string) {
  const result = prepareOperation(textOf(body), undefined, rules);
  if (result.kind !== "prepared") throw new Error("the operation is refused");
  return result;
}

async function answered(body: string): Promise<void> {
  const headers = { "content-type": "application/json" };
  const response = await router.fetch(new Request("http://router/", { method: "POST", headers, body }));
  if ((await response.text()).includes('"errors"')) throw new Error("the answer has errors");
}

/** Asks the subgraphs once for each operation; further ones differ in nothing but aliases. */
async function answerFromMemory(request: SubgraphRequest) {
  const body = String(request.body);
  const [found = NONCE] = body.match(NONCES) ?? [];
  const asked = body.replaceAll(NONCES, NONCE);
  const key = `${request.url.href} ${asked}`;
  let answer = answers.get(key);
  if (answer === undefined) {
    answer = network.send({ ...request, body: asked }).then((response) => response.body.toString());
    answers.set(key, answer);
  }
  const bytes = Buffer.from((await answer).replaceAll(NONCE, found));
  return new BufferedResponse(200, "content-type: application/json\r\n", bytes, 0, bytes.length);
}
