import { composeServices, compositionHasErrors } from "@theguild/federation-composition";
import { parse } from "graphql";

const sdl = `extend schema @link(url: "https://specs.apollo.dev/federation/v2.3", import: ["@key"])
  type Query { now: Int }
  type Subscription { tick(of: Int): Tick }
  type Tick { number: Int text: String }`;

/** A subgraph that speaks just as much of graphql-transport-ws as the router needs. */
export class Feed implements Disposable {
  readonly open = new Set<Bun.ServerWebSocket<unknown>>();
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
        const { type } = JSON.parse(String(text)) as { type: string };
        if (type === "connection_init") socket.send('{"type":"connection_ack"}');
        if (type === "subscribe") this.open.add(socket);
      },
      close: (socket) => {
        this.open.delete(socket);
      },
    },
  });

  publish(number: number, text = ""): void {
    const payload = { data: { tick: { number, text } } };
    const message = JSON.stringify({ type: "next", id: "1", payload });
    for (const socket of this.open) socket.send(message);
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
