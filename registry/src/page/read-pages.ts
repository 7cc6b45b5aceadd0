import { desc, eq, sql } from "drizzle-orm";
import type { Tx } from "../database.ts";
import { checks, routers } from "../db/tables.ts";

export const listedMax = 50;
const coordinatesMax = 2_000;

export function listChecks(tx: Tx, variant: string) {
  return tx
    .select()
    .from(checks)
    .where(eq(checks.variant, variant))
    .orderBy(desc(checks.createdAt))
    .limit(listedMax);
}

export function listRouters(tx: Tx, variant: string) {
  return tx
    .select()
    .from(routers)
    .where(eq(routers.variant, variant))
    .orderBy(desc(routers.seenAt))
    .limit(listedMax);
}

export interface FieldUse {
  requests: number;
  /** Whoever asks most first. */
  clients: { client: string; version: string; requests: number }[];
  last: string;
}

interface UseRow extends Record<string, unknown> {
  coordinate: string;
  client: string;
  version: string;
  requests: string;
  last: Date | string;
}

/** By `Order.total`, over so many days. */
export async function usesByField(tx: Tx, variant: string, days: number): Promise<Map<string, FieldUse>> {
  const { rows } = await tx.execute<UseRow>(sql`
    SELECT place.coordinate, usage.client_name AS client, usage.client_version AS version,
      sum(usage.count) AS requests, max(usage.hour) AS last
    FROM usage JOIN operations ON operations.hash = usage.operation
    CROSS JOIN LATERAL unnest(operations.coordinates) AS place(coordinate)
    WHERE usage.variant = ${variant} AND usage.hour > now() - make_interval(days => ${days})
    GROUP BY 1, 2, 3 ORDER BY 4 DESC LIMIT ${coordinatesMax * 5}`);
  const uses = new Map<string, FieldUse>();
  for (const { coordinate, client, version, requests, last } of rows) {
    const use = uses.get(coordinate) ?? { requests: 0, clients: [], last: "" };
    use.requests += Number(requests);
    use.clients.push({ client, version, requests: Number(requests) });
    const at = new Date(last).toISOString();
    if (at > use.last) use.last = at;
    uses.set(coordinate, use);
  }
  return uses;
}
