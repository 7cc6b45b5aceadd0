import { Kind, parse } from "graphql";
import { configFromYaml } from "../../../router/src/config/router-config.ts";
import { createRouter } from "../../../router/src/router.ts";
import { BufferedResponse } from "../../../router/src/subgraph-client/buffered-response.ts";
import type { Transport } from "../../../router/src/subgraph-client/transport.ts";
import { type Answer, compareAnswers } from "../compare.ts";
import type { SubgraphServer } from "../world/subgraph-server.ts";
import type { World } from "../world/world.ts";
import type { Engine } from "./engine.ts";

const CONFIG = "include_subgraph_errors: { all: true }";

/**
 * Mycelium Router in this process, its subgraphs reached without a socket. What it is asked it is asked again until
 * it has tried all its ways to an answer, and all must say the same.
 */
export async function startRouter(world: World): Promise<Engine> {
  const router = createRouter({
    supergraphSdl: world.supergraphSdl,
    config: configFromYaml(CONFIG),
    transportFor: ({ name }) => subgraphTransport(world.subgraphs.get(name)!),
  });
  const ask = async (body: string): Promise<Answer> => {
    const headers = { "content-type": "application/json", accept: "application/json" };
    const response = await router.fetch(
      new Request("http://router.test/", { method: "POST", headers, body }),
    );
    return (await response.json()) as Answer;
  };
  return {
    async execute(request): Promise<Answer> {
      const body = JSON.stringify(request);
      const first = await ask(body);
      if (isMutation(request.query)) return first;
      for (let repeat = 1; repeat <= REPEATS; repeat++) {
        const again = await ask(body);
        const difference = compareAnswers(first, again);
        if (difference) return { errors: [{ message: `asked once more: ${JSON.stringify(difference)}` }] };
      }
      return first;
    },
    stop: async () => router.close(),
  };
}

/**
 * The first run reads, the second one records, the third and the fourth replay in vain and read with functions
 * written for them, the fifth one splices.
 */
const REPEATS = 4;

function isMutation(query: string): boolean {
  return parse(query).definitions.some(
    (each) => each.kind === Kind.OPERATION_DEFINITION && each.operation === "mutation",
  );
}

const decoder = new TextDecoder();

function subgraphTransport(server: SubgraphServer): Transport {
  let sent = 0;
  return {
    async send({ body }) {
      const text = typeof body === "string" ? body : decoder.decode(body);
      const answer = server.execute(JSON.parse(text));
      // Bytes that mean the same and are never the same twice in a row.
      const bytes = Buffer.from(JSON.stringify(answer) + " ".repeat(++sent % 2));
      return new BufferedResponse(200, "content-type: application/json\r\n", bytes, 0, bytes.length);
    },
    close() {},
  };
}
