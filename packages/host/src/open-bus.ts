import type { DatabaseServer } from "@mycelium/database";
import { type EventBus, openPostgresBus, openRedisBus } from "@mycelium/events";
import type { Logger } from "@mycelium/subgraph-kit";
import type { Environment } from "./host.ts";

/** On Redis Streams where REDIS_URL names a server, else on Postgres. */
export async function openBus(options: {
  environment: Environment;
  server: DatabaseServer;
  log: Logger;
}): Promise<EventBus> {
  const { environment, server, log } = options;
  const onError = (
    error: unknown,
    { group, event }: { group?: string; event?: { id: string; type: string } },
  ) =>
    log.error({ err: error, group, eventId: event?.id, eventType: event?.type }, "an event was not handled");
  const url = environment.REDIS_URL;
  return url ? openRedisBus({ url, onError }) : openPostgresBus({ server, onError });
}
