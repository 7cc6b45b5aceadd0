import type { Answer, Send } from "./case.ts";

const answerTimeoutMs = 10_000;
const defaultHeaders = {
  accept: "application/json",
  "accept-encoding": "identity",
  "content-type": "application/json",
};

export async function send(baseUrl: string, request: Send): Promise<Answer> {
  const startedMs = performance.now();
  const method = request.method ?? "POST";
  const response = await fetch(baseUrl + (request.path ?? "/"), {
    method,
    headers: headersOf(request, method),
    body: method === "GET" || method === "HEAD" ? null : bodyOf(request),
    redirect: "manual",
    decompress: false,
    signal: AbortSignal.timeout(answerTimeoutMs),
  });
  const { status, headers } = response;
  const bytes = new Uint8Array(await response.arrayBuffer());
  const text = new TextDecoder().decode(decompress(bytes, headers.get("content-encoding")));
  return { status, headers, text, json: parseObject(text), elapsedMs: performance.now() - startedMs };
}

function headersOf(request: Send, method: string): Headers {
  const headers = new Headers(defaultHeaders);
  if (method !== "POST" || request.body instanceof FormData) headers.delete("content-type");
  for (const [name, value] of Object.entries(request.headers ?? {})) {
    if (value === null) headers.delete(name);
    else headers.set(name, value);
  }
  return headers;
}

/** As bytes: `fetch` would give a text a content type of its own. */
function bodyOf({
  body,
  query,
  variables,
  operationName,
  extensions,
}: Send): FormData | Uint8Array<ArrayBuffer> {
  if (body instanceof FormData || body instanceof Uint8Array) return body;
  return new TextEncoder().encode(body ?? JSON.stringify({ query, variables, operationName, extensions }));
}

function decompress(bytes: Uint8Array<ArrayBuffer>, encoding: string | null): Uint8Array {
  if (encoding === "gzip") return Bun.gunzipSync(bytes);
  return bytes;
}

function parseObject(text: string): Answer["json"] {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === "object" && value !== null ? value : undefined;
  } catch {
    return undefined;
  }
}
