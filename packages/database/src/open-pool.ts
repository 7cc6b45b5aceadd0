import pg from "pg";

export interface PoolOptions extends pg.PoolConfig {
  connectionString: string;
  max: number;
  /** An idle connection broke. It is replaced on next use. */
  onError(error: Error): void;
}

export function openPool({ onError, ...config }: PoolOptions): pg.Pool {
  const pool = new pg.Pool({ ...config, allowExitOnIdle: true });
  // The event alone would end the process.
  pool.on("error", (error) => {
    // Where the server was told to stop at the same time, it may be first to close one that is being closed.
    if (pool.ending) return;
    // The driver puts the whole client there, which no log should hold.
    Reflect.deleteProperty(error, "client");
    onError(error);
  });
  return pool;
}
