import { examplePort, exampleSubgraphs } from "./subgraphs.ts";

export interface ReceivedRequest {
  subgraph: string;
  method: string;
  headers: Headers;
  /** The JSON body; undefined where it was something else. */
  body: { query: string; variables?: Record<string, unknown>; operationName?: string } | undefined;
  /** The bytes that came over the wire, before decompression. */
  bytes: number;
}

/** Answers in a subgraph's place. Undefined lets the subgraph answer. */
export type Fault = (request: Request) => Response | undefined | Promise<Response | undefined>;

export interface Example extends AsyncDisposable {
  urls: Readonly<Record<string, string>>;
  /** What reached the subgraphs, oldest first. */
  readonly requests: readonly ReceivedRequest[];
  forgetRequests(): void;
  setFault(subgraph: string, fault: Fault): void;
  clearFaults(): void;
  close(): Promise<void>;
}

const requestsMax = 10_000;

/** Serves every subgraph at `http://127.0.0.1:<port>/<name>`. Port 0 takes a free one. */
export function startExample({ port = examplePort }: { port?: number } = {}): Example {
  let requests: ReceivedRequest[] = [];
  const faults = new Map<string, Fault>();
  const server = Bun.serve({
    hostname: "127.0.0.1",
    port,
    async fetch(request) {
      const name = new URL(request.url).pathname.slice(1);
      const subgraph = exampleSubgraphs.find((candidate) => candidate.name === name);
      if (!subgraph) return new Response("There is no such subgraph", { status: 404 });
      const body = new Uint8Array(await request.arrayBuffer());
      const plain = decompress(body, request.headers.get("content-encoding"));
      if (requests.length < requestsMax)
        requests.push(describe({ name, request, plain, bytes: body.length }));
      const { method, headers } = request;
      const again = () =>
        new Request(request.url, { method, headers, body: method === "POST" ? plain : null });
      return (await faults.get(name)?.(again())) ?? subgraph.fetch(again());
    },
  });
  const close = () => server.stop(true);
  return {
    urls: Object.fromEntries(exampleSubgraphs.map(({ name }) => [name, `${server.url.origin}/${name}`])),
    get requests() {
      return requests;
    },
    forgetRequests() {
      requests = [];
    },
    setFault: (name, fault) => faults.set(name, fault),
    clearFaults: () => faults.clear(),
    close,
    [Symbol.asyncDispose]: close,
  };
}

function decompress(body: Uint8Array<ArrayBuffer>, encoding: string | null): Uint8Array<ArrayBuffer> {
  return encoding === "gzip" ? Bun.gunzipSync(body) : body;
}

function describe(options: {
  name: string;
  request: Request;
  plain: Uint8Array;
  bytes: number;
}): ReceivedRequest {
  const { name, request, plain, bytes } = options;
  return { subgraph: name, method: request.method, headers: request.headers, body: parseJson(plain), bytes };
}

function parseJson(bytes: Uint8Array): ReceivedRequest["body"] {
  try {
    return JSON.parse(new TextDecoder().decode(bytes)) as ReceivedRequest["body"];
  } catch {
    return undefined;
  }
}
