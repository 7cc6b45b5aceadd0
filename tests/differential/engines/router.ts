import { configFromYaml } from "../../../router/src/config/router-config.ts";
import { createRouter } from "../../../router/src/router.ts";
import { BufferedResponse } from "../../../router/src/subgraph-client/buffered-response.ts";
import type { Transport } from "../../../router/src/subgraph-client/transport.ts";
import type { Answer } from "../compare.ts";
import type { SubgraphServer } from "../world/subgraph-server.ts";
import type { World } from "../world/world.ts";
import type { Engine } from "./engine.ts";

const CONFIG = "include_subgraph_errors: { all: true }";

/** Mycelium Router in this process, its subgraphs reached without a socket. */
export async function startRouter(world: World): Promise<Engine> {
  const router = createRouter({
    supergraphSdl: world.supergraphSdl,
    config: configFromYaml(CONFIG),
    transportFor: ({ name }) => subgraphTransport(world.subgraphs.get(name)!),
  });
  return {
    async execute(request): Promise<Answer> {
      const response = await router.fetch(
        new Request("http://router.test/", {
          method: "POST",
          headers: { "content-type": "application/json", accept: "application/json" },
          body: JSON.stringify(request),
        }),
      );
      return (await response.json()) as Answer;
    },
    stop: async () => router.close(),
  };
}

const decoder = new TextDecoder();

function subgraphTransport(server: SubgraphServer): Transport {
  return {
    async send({ body }) {
      const text = typeof body === "string" ? body : decoder.decode(body);
      const answer = server.execute(JSON.parse(text));
      const bytes = Buffer.from(JSON.stringify(answer));
      return new BufferedResponse(200, "content-type: application/json\r\n", bytes, 0, bytes.length);
    },
    close() {},
  };
}
