/** Reads a request and answers with any bytes at all, then closes the connection. */
export class RawSubgraph {
  answer = "";
  private readonly sockets = new Set<Bun.Socket<undefined>>();
  private readonly listener = Bun.listen({
    hostname: "127.0.0.1",
    port: 0,
    socket: {
      open: (socket) => void this.sockets.add(socket),
      close: (socket) => void this.sockets.delete(socket),
      data: (socket) => this.reply(socket),
      error() {},
    },
  });

  get url(): string {
    return `http://127.0.0.1:${this.listener.port}/`;
  }

  get connections(): number {
    return this.sockets.size;
  }

  close(): void {
    this.listener.stop(true);
  }

  private reply(socket: Bun.Socket<undefined>): void {
    socket.write(this.answer);
    socket.end();
  }
}
