import { join } from "node:path";
import { listen } from "@mycelium/subgraph-kit";
import { stopSignal } from "@mycelium/subgraph-kit/stop-signal";
import { type Environment, type HostedSubgraph, type HostParts, openHost } from "./host.ts";

export interface RunOptions {
  name: string;
  /** Where it listens unless PORT says otherwise. */
  port: number;
  createApp(parts: HostParts): HostedSubgraph;
  environment: Environment;
}

const root = join(import.meta.dirname, "../../..");

/** One subgraph as a process of its own. Ends in good order on SIGINT and SIGTERM. */
export async function runAlone(options: RunOptions): Promise<void> {
  const { name, environment } = options;
  try {
    const host = await openHost({ environment, root, schemas: [name] });
    const subgraph = options.createApp(host.parts);
    await host.start([subgraph]);
    const listener = listen({
      hostname: environment.HOST || "127.0.0.1",
      port: readPort(environment.PORT) ?? options.port,
      fetch: (request) => subgraph.app.fetch(request),
    });
    host.parts.log.info({ url: `${listener.url}/graphql` }, `${name} is up`);
    await stopSignal();
    await listener.close();
    await host.close();
  } catch (error) {
    console.error(`${name}: ${(error as Error).message}`);
    process.exitCode = 1;
  }
}

function readPort(text: string | undefined): number | undefined {
  if (!text) return undefined;
  const port = Number(text);
  if (!Number.isInteger(port) || port < 0 || port > 65_535) throw new Error("PORT must be from 0 to 65535");
  return port;
}
