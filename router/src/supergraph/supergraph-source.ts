import { readFile } from "node:fs/promises";
import { SupergraphError } from "./read-supergraph.ts";

/** Where the supergraph comes from. */
export type SupergraphSource = { kind: "file"; path: string } | { kind: "urls"; urls: readonly string[] };

const timeoutMs = 30_000;

export async function fetchSupergraph(source: SupergraphSource): Promise<string> {
  return source.kind === "file" ? readSupergraphFile(source.path) : fetchFirst(source.urls);
}

async function readSupergraphFile(path: string): Promise<string> {
  try {
    return await readFile(path, "utf8");
  } catch (error) {
    const missing = (error as { code?: string }).code === "ENOENT";
    throw new SupergraphError(missing ? `there is no file ${path}` : `cannot read ${path}: ${String(error)}`);
  }
}

/** In order, until one answers. */
async function fetchFirst(urls: readonly string[]): Promise<string> {
  const failures: string[] = [];
  for (const url of urls) {
    try {
      const response = await fetch(url, { signal: AbortSignal.timeout(timeoutMs) });
      if (response.ok) return await response.text();
      failures.push(`${url} answered ${response.status}`);
    } catch (error) {
      failures.push(`${url}: ${error instanceof Error ? error.message : String(error)}`);
    }
  }
  throw new SupergraphError(`no supergraph could be fetched (${failures.join("; ")})`);
}
