import { composeServices, compositionHasErrors } from "@theguild/federation-composition";
import { parse } from "graphql";

const sdl = `extend schema @link(url: "https://specs.apollo.dev/federation/v2.3", import: ["@key"])
  type Query { now: Int }
  type Subscription { tick(of: Int): Tick }
  type Tick { number: Int text: String }`;

/** A subgraph that speaks just as much of graphql-transport-ws as the router needs. */
export class Feed implements Disposable {
  /** The ids of the subscriptions on each socket. */
  private readonly sockets = new Map<Bun.ServerWebSocket<unknown>, string[]>();
  private readonly server = Bun.serve<unknown>({
    hostname: "127.0.0.1",
    port: 0,
    fetch(request, server) {
      const headers = { "sec-websocket-protocol": "graphql-transport-ws" };
      return server.upgrade(request, { data: undefined, headers })
        ? undefined
        : new Response(null, { status: 400 });
    },
    websocket: {
      idleTimeout: 600,
      message: (socket, text) => {
        const { type, id } = JSON.parse(String(text)) as { type: string; id: string };
        if (type === "connection_init") {
          this.sockets.set(socket, []);
          socket.send('{"type":"connection_ack"}');
        }
        if (type === "subscribe") this.sockets.get(socket)!.push(id);
      },
      close: (socket) => {
        this.sockets.delete(socket);
      },
    },
  });

  publish(number: number, text = ""): void {
    const payload = { data: { tick: { number, text } } };
    for (const [socket, ids] of this.sockets) {
      for (const id of ids) socket.send(JSON.stringify({ type: "next", id, payload }));
    }
  }

  get subscriptions(): number {
    return [...this.sockets.values()].reduce((sum, ids) => sum + ids.length, 0);
  }

  get supergraph(): string {
    const url = `http://127.0.0.1:${this.server.port}/`;
    const result = composeServices([{ name: "feed", typeDefs: parse(sdl), url }]);
    if (compositionHasErrors(result)) throw new Error(String(result.errors));
    return result.supergraphSdl;
  }

  [Symbol.dispose](): void {
    void this.server.stop(true);
  }
}
