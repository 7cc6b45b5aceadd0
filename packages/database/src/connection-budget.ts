import { type DatabaseServer, withClient } from "./database-server.ts";
import { DatabaseError } from "./errors.ts";

export interface PoolClaim {
  schema: string;
  connectionsMax: number;
}

/** Kept for migrations, backups and an operator's psql. */
const operatorConnections = 5;

/**
 * Refuses a start whose pools could together ask for more connections than the servers give. Said once at the door,
 * rather than found out on the busiest evening.
 */
export async function assertConnectionBudget(options: {
  server: DatabaseServer;
  claims: readonly PoolClaim[];
  connectionsMax: number;
  replicas: number;
}): Promise<void> {
  const { server, claims, connectionsMax, replicas } = options;
  const own = sum(claims);
  if (own > connectionsMax) {
    throw new DatabaseError(
      "CONNECTION_BUDGET",
      `the pools add up to ${own}, DATABASE_CONNECTIONS is ${connectionsMax}`,
    );
  }
  const urls = new Set(claims.map(({ schema }) => server.ownerUrl(schema)));
  for (const url of urls) {
    const wanted = replicas * sum(claims.filter(({ schema }) => server.ownerUrl(schema) === url));
    const available = (await readConnectionLimit(url)) - operatorConnections;
    if (wanted > available) {
      const processes = replicas === 1 ? "" : ` in ${replicas} processes`;
      throw new DatabaseError(
        "CONNECTION_BUDGET",
        `the pools add up to ${wanted}${processes}, ${new URL(url).host} leaves ${available}`,
      );
    }
  }
}

function sum(claims: readonly PoolClaim[]): number {
  return claims.reduce((total, { connectionsMax }) => total + connectionsMax, 0);
}

function readConnectionLimit(url: string): Promise<number> {
  return withClient(url, async (client) => {
    const { rows } = await client.query<{ available: number }>(`
      SELECT current_setting('max_connections')::int
        - current_setting('superuser_reserved_connections')::int
        - coalesce(current_setting('reserved_connections', true)::int, 0) AS available`);
    return rows[0]?.available ?? 0;
  });
}
