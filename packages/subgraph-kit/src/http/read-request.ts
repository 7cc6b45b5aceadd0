export interface GraphqlRequest {
  query: string;
  operationName: string | undefined;
  variables: Readonly<Record<string, unknown>>;
}

/** A request that is not GraphQL over HTTP: https://graphql.github.io/graphql-over-http/draft/ */
export interface BadRequest {
  status: number;
  message: string;
  headers?: Readonly<Record<string, string>>;
}

export async function readRequest(request: Request, bytesMax: number): Promise<GraphqlRequest | BadRequest> {
  switch (request.method) {
    case "GET":
      return readQueryString(request.url, bytesMax);
    case "POST":
      return readPost(request, bytesMax);
    default:
      return { status: 405, message: "GraphQL is asked with GET or POST", headers: { allow: "GET, POST" } };
  }
}

async function readPost(request: Request, bytesMax: number): Promise<GraphqlRequest | BadRequest> {
  if (!isJson(request.headers.get("content-type"))) {
    return { status: 415, message: "The body must be application/json in UTF-8" };
  }
  if (Number(request.headers.get("content-length") ?? 0) > bytesMax) return tooLarge(bytesMax);
  const text = await readText(request, bytesMax);
  if (text === undefined) return tooLarge(bytesMax);
  try {
    return checkShape(JSON.parse(text));
  } catch {
    return { status: 400, message: "The body is not JSON" };
  }
}

/** A body may lie about its length or name none, so what is read is counted. */
async function readText(request: Request, bytesMax: number): Promise<string | undefined> {
  if (request.headers.has("content-length")) return request.text();
  const decoder = new TextDecoder();
  let text = "";
  let bytes = 0;
  for await (const chunk of request.body ?? []) {
    bytes += chunk.length;
    if (bytes > bytesMax) return undefined;
    text += decoder.decode(chunk, { stream: true });
  }
  return text + decoder.decode();
}

function readQueryString(url: string, bytesMax: number): GraphqlRequest | BadRequest {
  if (url.length > bytesMax) return tooLarge(bytesMax);
  const { searchParams } = new URL(url);
  const variables = searchParams.get("variables");
  try {
    return checkShape({
      query: searchParams.get("query") ?? undefined,
      operationName: searchParams.get("operationName") ?? undefined,
      variables: variables ? JSON.parse(variables) : undefined,
      extensions: searchParams.has("extensions")
        ? JSON.parse(searchParams.get("extensions") ?? "")
        : undefined,
    });
  } catch {
    return { status: 400, message: "variables and extensions must be JSON" };
  }
}

function checkShape(body: unknown): GraphqlRequest | BadRequest {
  if (!isObject(body)) return { status: 400, message: "The body must be a JSON object" };
  const { query, operationName, variables, extensions } = body;
  if (typeof query !== "string" || query === "") return { status: 400, message: "Must provide query string" };
  if (operationName != null && typeof operationName !== "string") {
    return { status: 400, message: "operationName must be a string" };
  }
  if (variables != null && !isObject(variables))
    return { status: 400, message: "variables must be an object" };
  if (extensions != null && !isObject(extensions))
    return { status: 400, message: "extensions must be an object" };
  return { query, operationName: operationName ?? undefined, variables: variables ?? {} };
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function isJson(contentType: string | null): boolean {
  if (contentType === "application/json") return true;
  const [type, ...parameters] = (contentType ?? "").toLowerCase().split(";");
  if (type?.trim() !== "application/json") return false;
  return parameters.every((parameter) => {
    const [name, value = ""] = parameter.trim().split("=");
    return name !== "charset" || /^"?utf-?8"?$/.test(value);
  });
}

function tooLarge(bytesMax: number): BadRequest {
  return { status: 413, message: `A request may have at most ${bytesMax} bytes` };
}
