import type { EventBus } from "@mycelium/events";
import type { RunningRouter } from "../router/src/server/serve-in-process.ts";

export interface CacheHearing extends AsyncDisposable {
  /** To be called when the router may want to hear of other events. */
  renew(): void;
}

/** What happens in the subgraphs, told to the router's cache, as `mycelium.cache.events` in its configuration says. */
export async function hearCacheEvents(bus: EventBus, router: RunningRouter): Promise<CacheHearing> {
  let heard = "";
  let subscription: AsyncDisposable | undefined;
  async function subscribe(): Promise<void> {
    const types = [...router.cacheEventTypes].sort();
    if (types.join(" ") === heard) return;
    heard = types.join(" ");
    await subscription?.[Symbol.asyncDispose]();
    subscription = await bus.subscribe({
      group: "router-cache",
      types,
      async handle(event) {
        await router.handleCacheEvent(event);
      },
    });
  }
  await subscribe();
  let renewing = Promise.resolve();
  return {
    renew() {
      renewing = renewing.then(subscribe).catch(() => {
        // Next time again: the bus is away.
        heard = "";
      });
    },
    async [Symbol.asyncDispose]() {
      await renewing;
      await subscription?.[Symbol.asyncDispose]();
    },
  };
}
