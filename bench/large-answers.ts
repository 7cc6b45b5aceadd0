import { toResponseBody } from "../router/src/http/body-stream.ts";

/** What Bun.serve pays for an answer given as a string, as a stream in chunks, and as the stream that the router uses. */
const answerBytes = Number(process.argv[2] ?? 86_000);
const requests = 4_000;
const connections = 20;
const headers = { "content-type": "application/json", vary: "origin" };

const ways = {
  string: (text: string) => new Response(text, { headers }),
  chunks: (text: string) => new Response(streamOf(text), { headers }),
  stream: (text: string) => new Response(toResponseBody(text), { headers }),
};

if (process.argv[3] === "serve") serve();
else for (let round = 0; round < 3; round++) for (const way of Object.keys(ways)) await measure(way);

function streamOf(text: string): ReadableStream {
  const source: Bun.DirectUnderlyingSource = {
    type: "direct",
    pull(controller) {
      controller.write(text);
      controller.end();
    },
  };
  return new ReadableStream(source);
}

function serve(): void {
  const answer = ways[process.argv[4] as keyof typeof ways];
  const text = "x".repeat(answerBytes);
  let started = process.cpuUsage();
  const server = Bun.serve({
    port: 0,
    async fetch(request) {
      if (request.url.endsWith("/cpu")) {
        const { user, system } = process.cpuUsage(started);
        started = process.cpuUsage();
        return Response.json(user + system);
      }
      await request.text();
      await Bun.sleep(0);
      return answer(text);
    },
  });
  console.log(server.port);
}

async function measure(way: string): Promise<void> {
  const child = Bun.spawn([process.execPath, import.meta.path, String(answerBytes), "serve", way], {
    stdout: "pipe",
  });
  const { value } = await child.stdout.getReader().read();
  const url = `http://127.0.0.1:${new TextDecoder().decode(value).trim()}`;
  await load(url);
  await fetch(`${url}/cpu`);
  await load(url);
  const cpuUs = (await (await fetch(`${url}/cpu`)).json()) as number;
  console.log(`${way}: ${(cpuUs / requests).toFixed(1)} µs of CPU an answer of ${answerBytes} bytes`);
  child.kill();
  await child.exited;
}

async function load(url: string): Promise<void> {
  let left = requests;
  const ask = async () => {
    while (left-- > 0) await (await fetch(url, { method: "POST", body: "{}" })).arrayBuffer();
  };
  await Promise.all(Array.from({ length: connections }, ask));
}
