import { sql } from "drizzle-orm";
import type { Tx } from "../database.ts";

/** Whose use counts. */
export interface Window {
  variant: string;
  from: Date;
  to: Date;
  /** What fewer requests than this ask for nobody uses. */
  requestsMin: number;
  /** Of all requests in the window. */
  percentageMin: number;
  ignoredClients: readonly string[];
}

export interface Use {
  client: string;
  version: string;
  count: number;
  /** ISO time, to the hour. */
  last: string;
  /** Names of some operations that ask for it. */
  operations: string[];
}

export interface Uses {
  /** Of all these places together, whoever asks most first. */
  usesOf(coordinates: readonly string[]): Use[];
  /** How many different ones were asked in the window. */
  operations: number;
}

const operationsNamedMax = 5;

interface UseRow extends Record<string, unknown> {
  coordinate: string;
  client: string;
  version: string;
  count: string;
  last: Date | string;
  operations: string[];
}

export async function findUses(tx: Tx, window: Window, coordinates: readonly string[]): Promise<Uses> {
  const { operations, requests } = await countAll(tx, window);
  const least = Math.max(window.requestsMin, Math.ceil((requests * window.percentageMin) / 100));
  const byCoordinate = Map.groupBy(await readUses(tx, window, coordinates), ({ coordinate }) => coordinate);
  return {
    operations,
    usesOf(wanted) {
      const uses = new Map<string, Use>();
      for (const row of wanted.flatMap((coordinate) => byCoordinate.get(coordinate) ?? [])) add(uses, row);
      const found = [...uses.values()].sort((one, other) => other.count - one.count);
      return found.reduce((sum, { count }) => sum + count, 0) < least ? [] : found;
    },
  };
}

function add(uses: Map<string, Use>, row: UseRow): void {
  const { client, version } = row;
  const key = JSON.stringify([client, version]);
  const use = uses.get(key) ?? { client, version, count: 0, last: "", operations: [] };
  const last = new Date(row.last).toISOString();
  uses.set(key, {
    ...use,
    count: use.count + Number(row.count),
    last: last > use.last ? last : use.last,
    operations: [...new Set([...use.operations, ...row.operations])].slice(0, operationsNamedMax),
  });
}

async function countAll(tx: Tx, { variant, from, to }: Window) {
  const { rows } = await tx.execute<{ operations: string; requests: string | null }>(sql`
    SELECT count(DISTINCT operation) AS operations, sum(count) AS requests FROM usage
    WHERE variant = ${variant} AND hour >= ${from.toISOString()} AND hour <= ${to.toISOString()}`);
  return { operations: Number(rows[0]?.operations ?? 0), requests: Number(rows[0]?.requests ?? 0) };
}

async function readUses(
  tx: Tx,
  { variant, from, to, ignoredClients }: Window,
  coordinates: readonly string[],
): Promise<UseRow[]> {
  if (coordinates.length === 0) return [];
  const wanted = sql.param([...new Set(coordinates)]);
  const ignored = sql.param([...ignoredClients]);
  const { rows } = await tx.execute<UseRow>(sql`
    SELECT place.coordinate, usage.client_name AS client, usage.client_version AS version,
      sum(usage.count) AS count, max(usage.hour) AS last,
      (array_agg(DISTINCT coalesce(operations.name, left(operations.signature, 60))))[1:${sql.raw(String(operationsNamedMax))}] AS operations
    FROM operations
    JOIN usage ON usage.operation = operations.hash
    CROSS JOIN LATERAL unnest(operations.coordinates) AS place(coordinate)
    WHERE operations.coordinates && ${wanted}::text[] AND place.coordinate = ANY(${wanted}::text[])
      AND usage.variant = ${variant} AND usage.hour >= ${from.toISOString()} AND usage.hour <= ${to.toISOString()}
      AND usage.client_name <> ALL(${ignored}::text[])
    GROUP BY 1, 2, 3`);
  return rows;
}
