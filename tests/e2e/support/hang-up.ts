import type { RouterProcess } from "./router-process.ts";
import type { Subgraph } from "./subgraph.ts";

/** Asks, and closes the connection once the subgraph has been asked. */
export async function hangUp(router: RouterProcess, subgraph: Subgraph, query: string): Promise<void> {
  const client = new AbortController();
  const answer = router.query(query, { signal: client.signal }).catch(() => {});
  while (subgraph.calls.length === 0) await Bun.sleep(5);
  client.abort();
  await answer;
}
