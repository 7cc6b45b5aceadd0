import { failureOfStatus, ProviderError } from "./provider-error.ts";

export interface JsonRequest {
  provider: string;
  url: string;
  method?: string;
  headers?: Record<string, string>;
  body?: string;
  signal: AbortSignal;
  /** Finds the provider's own words and code in the body of a refusal. */
  explain?: (body: unknown) => { message?: string | undefined; code?: string | undefined };
  answerBytesMax?: number;
}

const answerBytesMaxDefault = 10 * 1024 * 1024;

/** One request to a provider without a client of its own. Gives the JSON of a good answer, throws otherwise. */
export async function requestJson(request: JsonRequest): Promise<unknown> {
  const { provider, url, method = "GET", headers = {}, body, signal } = request;
  const response = await fetch(url, {
    method,
    headers,
    signal,
    redirect: "error",
    ...(body !== undefined && { body }),
  });
  const text = await readText(response, request);
  const value = readJson(text);
  if (response.ok && value !== undefined) return value;
  if (response.ok)
    throw new ProviderError(provider, "UNREADABLE", `${provider} answered something that is not JSON`);
  const { message, code } = request.explain?.(value) ?? {};
  throw new ProviderError(
    provider,
    failureOfStatus(response.status),
    message ?? `${provider} answered ${response.status}`,
    {
      code,
      status: response.status,
      retryAfterMs: readRetryAfter(response.headers.get("retry-after")),
    },
  );
}

async function readText(response: Response, request: JsonRequest): Promise<string> {
  const { provider, answerBytesMax = answerBytesMaxDefault } = request;
  const chunks: Uint8Array[] = [];
  let total = 0;
  for await (const chunk of response.body ?? []) {
    total += chunk.length;
    if (total > answerBytesMax) {
      throw new ProviderError(
        provider,
        "UNREADABLE",
        `${provider} answered more than ${answerBytesMax} bytes`,
      );
    }
    chunks.push(chunk);
  }
  return new TextDecoder().decode(Buffer.concat(chunks));
}

function readJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function readRetryAfter(header: string | null): number | undefined {
  if (header === null) return undefined;
  const seconds = Number(header);
  if (Number.isFinite(seconds)) return seconds * 1_000;
  const date = Date.parse(header);
  return Number.isNaN(date) ? undefined : Math.max(0, date - Date.now());
}
