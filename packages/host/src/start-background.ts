import { type DatabaseServer, type PoolClaim, withClient } from "@mycelium/database";
import { busConnections, busSchema, type EventBus, startRelay } from "@mycelium/events";
import { jobsConnections, jobsSchema, startJobs } from "@mycelium/jobs";
import type { Logger } from "@mycelium/subgraph-kit";
import type { HostedSubgraph } from "./host.ts";

export interface BackgroundOptions {
  server: DatabaseServer;
  bus: EventBus;
  subgraphs: readonly HostedSubgraph[];
  log: Logger;
}

/** The connections of it all, beside those of the subgraphs. */
export const backgroundClaims: readonly PoolClaim[] = [
  { schema: busSchema, connectionsMax: busConnections },
  { schema: jobsSchema, connectionsMax: jobsConnections },
];

/** The relay, the subscriptions and the jobs of the subgraphs of a process. Answers how to stop them. */
export async function startBackground({
  server,
  bus,
  subgraphs,
  log,
}: BackgroundOptions): Promise<() => Promise<void>> {
  const stops: (() => Promise<void>)[] = [];
  const schemas = await findOutboxes(server, subgraphs);
  if (schemas.length > 0) {
    const relay = startRelay({
      server,
      schemas,
      bus,
      onError: (error) => log.error({ err: error }, "the relay failed"),
    });
    stops.push(() => relay.close());
  }
  for (const subscription of subgraphs.flatMap(({ subscriptions = [] }) => subscriptions)) {
    const running = await bus.subscribe(subscription);
    stops.push(async () => running[Symbol.asyncDispose]());
  }
  const definitions = subgraphs.flatMap(({ jobs = [] }) => jobs);
  if (definitions.length > 0) {
    const onError = (error: unknown, about: object) => log.error({ err: error, ...about }, "a job failed");
    const jobs = await startJobs({ server, definitions, onError });
    stops.push(() => jobs.close());
  }
  return async () => {
    await Promise.all(stops.map((stop) => stop()));
  };
}

async function findOutboxes(server: DatabaseServer, subgraphs: readonly HostedSubgraph[]): Promise<string[]> {
  const found: string[] = [];
  for (const { name } of subgraphs) {
    const { rows } = await withClient(server.ownerUrl(name), (client) =>
      client.query<{ has: boolean }>("SELECT to_regclass($1) IS NOT NULL AS has", [`${name}.outbox`]),
    );
    if (rows[0]?.has) found.push(name);
  }
  return found;
}
