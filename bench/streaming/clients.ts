export const ways = ["multipart", "sse", "websocket"] as const;
export type Way = (typeof ways)[number];

export interface Operation {
  query: string;
  variables?: Record<string, unknown>;
}

export interface StreamClient {
  /** Bytes that came, heartbeats left out. */
  readonly events: number;
  pause(): void;
  close(): void;
}

const accepts = { multipart: "multipart/mixed;subscriptionSpec=1.0", sse: "text/event-stream" } as const;

/** Subscribes and counts events, with as little work as can be; resolves when the stream is open. */
export function openStream(
  url: string,
  way: Way,
  operation: Operation,
  onEvent: () => void = () => {},
): Promise<StreamClient> {
  return way === "websocket" ? openSocket(url, operation, onEvent) : openHttp(url, way, operation, onEvent);
}

function openSocket(url: string, operation: Operation, onEvent: () => void): Promise<StreamClient> {
  return new Promise((resolve, reject) => {
    const socket = new WebSocket(url.replace("http", "ws"), { protocols: ["graphql-transport-ws"] });
    const client = { events: 0, pause: () => {}, close: () => socket.close() };
    socket.onopen = () => socket.send('{"type":"connection_init"}');
    socket.onerror = () => reject(new Error("the socket failed"));
    socket.onmessage = ({ data }) => {
      const text = String(data);
      if (text.startsWith('{"type":"connection_ack"')) {
        socket.send(JSON.stringify({ type: "subscribe", id: "1", payload: operation }));
        resolve(client);
      } else if (text.startsWith('{"type":"ping"')) {
        socket.send('{"type":"pong"}');
      } else if (text.includes('"type":"next"')) {
        client.events++;
        onEvent();
      }
    };
  });
}

async function openHttp(
  url: string,
  way: "multipart" | "sse",
  operation: Operation,
  onEvent: () => void,
): Promise<StreamClient> {
  const { hostname, port } = new URL(url);
  const mark = way === "multipart" ? '{"payload":' : "event: next";
  const opened = Promise.withResolvers<void>();
  const client = { events: 0, pause: () => socket.pause(), close: () => socket.end() };
  const body = JSON.stringify(operation);
  const socket = await Bun.connect({
    hostname,
    port: Number(port),
    socket: {
      data(_socket, bytes) {
        opened.resolve();
        const text = bytes.toString("latin1");
        for (let at = text.indexOf(mark); at >= 0; at = text.indexOf(mark, at + 1)) {
          client.events++;
          onEvent();
        }
      },
    },
  });
  socket.write(
    `POST / HTTP/1.1\r\nhost: bench\r\ncontent-type: application/json\r\naccept: ${accepts[way]}\r\ncontent-length: ${body.length}\r\n\r\n${body}`,
  );
  await opened.promise;
  return client;
}
