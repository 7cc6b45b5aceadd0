import packageJson from "../../package.json" with { type: "json" };
import { InProcessTransport, type RequestHandler } from "../subgraph-client/in-process-transport.ts";
import { serve } from "./serve.ts";
import type { Address, CacheEvents } from "./surroundings.ts";

export interface InProcessOptions {
  configPath: string;
  supergraphPath: string;
  environment: Readonly<Record<string, string | undefined>>;
  /** What answers for a subgraph that lives in this process; the others are reached by their URLs. */
  handlerFor(subgraph: string): RequestHandler | undefined;
  log?: string;
  /** Calls back each time that another configuration or supergraph has taken over. */
  onReloaded?: () => void;
}

/** A router beside other things in one process. Disposing it finishes what is under way. */
export interface RunningRouter extends AsyncDisposable, CacheEvents {
  readonly url: string;
  readonly healthUrl: string | undefined;
}

export async function serveInProcess(options: InProcessOptions): Promise<RunningRouter> {
  const stopped = Promise.withResolvers<string>();
  const serving = Promise.withResolvers<{ addresses: readonly Address[]; cacheEvents: CacheEvents }>();
  const { configPath, supergraphPath, environment, handlerFor, log, onReloaded } = options;
  const exited = serve(
    {
      configPath,
      supergraphPath,
      log,
      supergraphUrls: [],
      listen: undefined,
      dev: false,
      hotReload: true,
      workers: 1,
    },
    {
      environment,
      version: packageJson.version,
      signals: {
        stopped: stopped.promise,
        stoppedAgain: new Promise(() => {}),
        onReload: () => {},
        onUncaught: () => {},
      },
      transportFor({ name }) {
        const handler = handlerFor(name);
        return handler && new InProcessTransport(handler);
      },
      onServing: (addresses, cacheEvents) => serving.resolve({ addresses, cacheEvents }),
      ...(onReloaded && { onReloaded }),
    },
  );
  exited.catch(serving.reject);
  const { addresses, cacheEvents } = await serving.promise;
  const urlOf = (name: string) => addresses.find((address) => address.name === name)?.url;
  return {
    url: urlOf("GraphQL endpoint")!,
    healthUrl: urlOf("Health check"),
    get cacheEventTypes() {
      return cacheEvents.cacheEventTypes;
    },
    handleCacheEvent: (event) => cacheEvents.handleCacheEvent(event),
    async [Symbol.asyncDispose]() {
      stopped.resolve("the process stops");
      await exited;
    },
  };
}
