import { connect, type Socket } from "node:net";

/** A client that says what it likes, byte by byte. */
export class RawConnection implements Disposable {
  received = "";
  readonly opened: Promise<void>;
  readonly closed: Promise<void>;
  private readonly socket: Socket;

  constructor(port: number) {
    this.socket = connect(port, "127.0.0.1");
    this.socket.on("data", (bytes) => {
      this.received += bytes.toString("latin1");
    });
    this.socket.on("error", () => {});
    this.opened = new Promise((resolve) => this.socket.on("connect", () => resolve()));
    this.closed = new Promise((resolve) => this.socket.on("close", () => resolve()));
  }

  send(text: string): void {
    this.socket.write(text);
  }

  /** Reads no more. */
  pause(): void {
    this.socket.pause();
  }

  get isClosed(): boolean {
    return this.socket.destroyed;
  }

  receives(text: string): Promise<void> {
    return new Promise((resolve, reject) => {
      const look = () => {
        if (this.received.includes(text)) resolve();
        else if (this.isClosed) reject(new Error(`closed after ${JSON.stringify(this.received)}`));
      };
      this.socket.on("data", look);
      this.socket.on("close", look);
      look();
    });
  }

  [Symbol.dispose](): void {
    this.socket.destroy();
  }
}

export function writePost(body: string, headers = ""): string {
  return `POST / HTTP/1.1\r\nhost: localhost\r\ncontent-type: application/json\r\ncontent-length: ${body.length}\r\n${headers}\r\n${body}`;
}
