import pg from "pg";
import { startLoop } from "../loop.ts";

export interface ListenForOptions {
  connectionString: string;
  channel: string;
  onNotice(): void;
  onError(error: unknown): void;
}

const checkMs = 5_000;

/** Hears notices on a connection of its own and opens another when that breaks. What it misses, polling finds. */
export function listenFor({ connectionString, channel, onNotice, onError }: ListenForOptions): {
  /** Resolves after the first attempt, whether or not it went well. */
  ready: Promise<void>;
  close(): Promise<void>;
} {
  let client: pg.Client | undefined;
  let settle: () => void = () => {};
  const ready = new Promise<void>((resolve) => {
    settle = resolve;
  });

  async function connect(): Promise<pg.Client> {
    const opened = new pg.Client({ connectionString });
    opened.on("error", onError);
    opened.on("notification", onNotice);
    await opened.connect();
    await opened.query(`LISTEN ${channel}`);
    return opened;
  }

  const loop = startLoop({
    pauseMs: checkMs,
    onError,
    async turn() {
      try {
        if (client) await client.query("SELECT 1");
        else client = await connect();
      } catch (error) {
        await client?.end().catch(() => {});
        client = undefined;
        throw error;
      } finally {
        settle();
      }
    },
    close: async () => {
      await client?.end().catch(() => {});
    },
  });
  return { ready, close: loop.close };
}
