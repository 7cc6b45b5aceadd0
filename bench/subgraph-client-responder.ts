/** The cheapest HTTP server there can be: the same bytes for whatever ends a request. Prints its port. */
const answerBytes = Number(process.argv[2]);
const answer = Buffer.from(
  "HTTP/1.1 200 OK\r\ncontent-type: application/json; charset=utf-8\r\ndate: Thu, 01 Jan 1970 00:00:00 GMT\r\n" +
    `content-length: ${answerBytes}\r\n\r\n${JSON.stringify("x".repeat(answerBytes - 2))}`,
);

const listener = Bun.listen<{ unsent: Buffer | undefined }>({
  hostname: "127.0.0.1",
  port: 0,
  socket: {
    open(socket) {
      socket.data = { unsent: undefined };
    },
    data(socket, piece) {
      // Every body is one JSON object, which ends in two braces; a request cut elsewhere waits for its end.
      if (piece.at(-1) === 0x7d && piece.at(-2) === 0x7d) send(answer);
      function send(bytes: Buffer): void {
        const written = socket.write(bytes);
        socket.data.unsent = written < bytes.length ? bytes.subarray(Math.max(0, written)) : undefined;
      }
    },
    drain(socket) {
      const { unsent } = socket.data;
      if (unsent === undefined) return;
      const written = socket.write(unsent);
      socket.data.unsent = written < unsent.length ? unsent.subarray(Math.max(0, written)) : undefined;
    },
  },
});

console.log(listener.port);
