import type { SubscriptionSource } from "./subscription.ts";
import { UpstreamConnection, type UpstreamListener, type UpstreamWatch } from "./upstream-connection.ts";

interface Shared {
  connection: UpstreamConnection;
  opened: Promise<void>;
}

/** The subscriptions that are open at subgraphs, each once however many want it. */
export class Upstreams {
  private readonly shared = new Map<string, Shared>();

  constructor(private readonly watch: UpstreamWatch) {}

  get size(): number {
    return this.shared.size;
  }

  /** Whether the subgraph is subscribed to already. */
  has(source: SubscriptionSource): boolean {
    return this.shared.has(source.key);
  }

  /** Rejects with an `UpstreamError` where the subgraph cannot be subscribed to. */
  async join(source: SubscriptionSource, listener: UpstreamListener): Promise<UpstreamConnection> {
    const { connection, opened } = this.shared.get(source.key) ?? this.start(source);
    // Before it is open, so that no event is missed and nobody closes it.
    connection.listeners.add(listener);
    await opened;
    return connection;
  }

  private start(source: SubscriptionSource): Shared {
    const { key } = source;
    const connection = new UpstreamConnection(source, {
      ...this.watch,
      closed: (closed) => {
        if (this.shared.get(key)?.connection === closed) this.shared.delete(key);
        this.watch.closed(closed);
      },
    });
    const started: Shared = { connection, opened: Promise.resolve() };
    this.shared.set(key, started);
    this.watch.opened(connection);
    started.opened = connection.open();
    return started;
  }
}
