import { join } from "node:path";
import { startExample } from "../example/serve.ts";
import { root } from "./run-command.ts";

/** Until the platform exists: the router over the example graph, whose subgraphs run in this process. */
const endpoint = "http://127.0.0.1:4000/";
const example = openExample();
const router = Bun.spawn(
  [
    join(root, "router/bin/router"),
    ...["--supergraph", join(root, "example/supergraph.graphql")],
    ...["--config", join(root, "config/router.yaml")],
    ...["--hot-reload", "--log", "warn", ...process.argv.slice(2)],
  ],
  { stdio: ["ignore", "inherit", "inherit"] },
);
for (const signal of ["SIGINT", "SIGTERM"] as const) process.on(signal, () => router.kill(signal));
if (await answers()) {
  console.log(`
  The router is up, over four example subgraphs.

  GraphQL    ${endpoint}   (a browser sees a page there)
  Health     http://127.0.0.1:8088/health?ready
  Settings   config/router.yaml   (taken over when you save it)

  A first query:
  curl -s --json '{"query":"{ restaurants { name dishes { name priceCents } } }"}' ${endpoint}

  Ctrl-C stops it.
`);
}
const exitCode = await router.exited;
await example.close();
process.exit(exitCode);

function openExample() {
  try {
    return startExample();
  } catch (error) {
    const inUse = (error as { code?: string }).code === "EADDRINUSE";
    console.error(inUse ? "Port 4100, for the example subgraphs, is in use: stop what runs there." : error);
    process.exit(1);
  }
}

async function answers(): Promise<boolean> {
  for (let attempt = 0; attempt < 100 && router.exitCode === null; attempt++) {
    await Bun.sleep(50);
    const response = await fetch("http://127.0.0.1:8088/health?ready").catch(() => undefined);
    if (response?.ok) return true;
  }
  return false;
}
