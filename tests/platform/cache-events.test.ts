import { afterAll, expect, test } from "bun:test";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { eventually } from "@mycelium/database/testing";
import { composeSubgraphs, engines } from "../../rover/compose/compose-subgraphs.ts";
import { demoAccount } from "../../start/demo.ts";
import { root } from "../../start/settings.ts";
import { platformUnderTest } from "./platform-under-test.ts";

/** A subgraph of somebody else's, whose answers may be kept. */
let asked = 0;
const board = Bun.serve({
  ...{ port: 0, hostname: "127.0.0.1" },
  fetch() {
    asked += 1;
    return Response.json(
      { data: { special: `special ${asked}` } },
      { headers: { "cache-control": "max-age=300" } },
    );
  },
});
const folder = mkdtempSync(join(tmpdir(), "mycelium-cache-events-"));
const config = join(folder, "router.yaml");
const supergraph = join(folder, "supergraph.graphql");

const outcome = composeSubgraphs(
  [{ name: "board", url: `${board.url.origin}/graphql`, sdl: "type Query { special: String }" }],
  engines.mit!,
);
if ("Err" in outcome) throw new Error("it must compose");
writeFileSync(supergraph, outcome.Ok.supergraphSdl);
const written = readFileSync(join(root, "config/router.yaml"), "utf8").replace(
  /^override_subgraph_url:\n( {2}.*\n)+/m,
  "",
);
const withEvents = (events: string) =>
  writeFileSync(
    config,
    written.replace(/^plugins:\n/m, `plugins:\n  mycelium.cache: { events: { ${events} } }\n`) +
      "\nresponse_cache: { enabled: true, subgraph: { all: { enabled: true } } }\n",
  );
withEvents("order.voided: [{ subgraph: board }]");

const under = platformUnderTest({ ROUTER_CONFIG: config, SUPERGRAPH: supergraph });
afterAll(async () => {
  rmSync(folder, { recursive: true, force: true });
  await board.stop(true);
});

const openOrder = () =>
  under.sandbox.toast.openOrder(demoAccount.toast.restaurantGuid, {
    items: [{ name: "Espresso", quantity: 1 }],
  });

test("what an event makes untrue is asked anew, also by a file that is saved later; other events change nothing", async () => {
  const bearer = await under.token();
  const special = async () => (await under.ask("{ special }", { bearer })).data.special as string;
  expect(await special()).toBe("special 1");
  openOrder();
  await Bun.sleep(1_000);
  expect(await special()).toBe("special 1");

  withEvents("order.created: [{ subgraph: board }]");
  await eventually(async () => {
    openOrder();
    await Bun.sleep(200);
    return (await special()) !== "special 1";
  });
}, 60_000);
