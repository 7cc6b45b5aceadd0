import type { SubscriptionSource } from "./subscription.ts";
import { UpstreamConnection, type UpstreamListener, type UpstreamWatch } from "./upstream-connection.ts";

/** The subscriptions that are open at subgraphs, each once however many want it. */
export class Upstreams {
  private readonly connections = new Map<string, UpstreamConnection>();
  private readonly watch: UpstreamWatch;

  constructor(watch: UpstreamWatch) {
    this.watch = {
      ...watch,
      closed: (connection) => {
        const { key } = connection.source;
        if (this.connections.get(key) === connection) this.connections.delete(key);
        watch.closed(connection);
      },
    };
  }

  get size(): number {
    return this.connections.size;
  }

  /** Whether the subgraph is subscribed to already. */
  has(source: SubscriptionSource): boolean {
    return this.connections.has(source.key);
  }

  /** Rejects with an `UpstreamError` where the subgraph cannot be subscribed to. */
  async join(source: SubscriptionSource, listener: UpstreamListener): Promise<UpstreamConnection> {
    const connection = this.connections.get(source.key) ?? this.start(source);
    // Before it is open, so that no event is missed and nobody closes it.
    connection.listeners.add(listener);
    await connection.opening;
    return connection;
  }

  private start(source: SubscriptionSource): UpstreamConnection {
    const connection = new UpstreamConnection(source, this.watch);
    this.connections.set(source.key, connection);
    this.watch.opened(connection);
    connection.open();
    return connection;
  }
}
