import { isDeepStrictEqual } from "node:util";
import { type ExecutionResult, graphql } from "graphql";
import type { BenchGraph } from "./graphs/graph.ts";
import { NONCE, withNonce } from "./graphs/nonce.ts";

const ANSWER_TIMEOUT_MS = 60_000;
const SHOWN_CHARS = 600;
/** Reserved for checks: no timed request uses these. */
const CHECK_NONCES = [11, 12, 13];

export interface CheckedAnswer {
  readonly bytes: number;
}

/** Sends each body and compares the whole answer with the monolith's. Throws at the first difference. */
export async function verifyAnswers(options: {
  readonly graph: BenchGraph;
  readonly bodies: readonly string[];
  readonly url: string;
  readonly name: string;
}): Promise<CheckedAnswer> {
  const { graph, url, name } = options;
  let totalBytes = 0;
  const bodies = options.bodies.flatMap((body) =>
    body.includes(NONCE) ? CHECK_NONCES.map((nonce) => withNonce(body, nonce)) : body,
  );
  for (const body of bodies) {
    const expected = await monolithAnswer(graph, body);
    const actual = await ask(url, body);
    totalBytes += Buffer.byteLength(actual);
    if (isSameAnswer(actual, expected)) continue;
    const lines = [body, `expected ${JSON.stringify(expected)}`, `received ${actual}`];
    throw new Error(`${name} does not answer as the monolith does:\n${lines.map(shorten).join("\n")}`);
  }
  return { bytes: totalBytes / bodies.length };
}

/** For polling: the expected answer is worked out once, before the clock starts. */
export async function answerCheck(
  graph: BenchGraph,
  body: string,
): Promise<(url: string) => Promise<boolean>> {
  const expected = await monolithAnswer(graph, body);
  return async (url) => {
    try {
      return isSameAnswer(await ask(url, body), expected);
    } catch {
      return false;
    }
  };
}

async function monolithAnswer(graph: BenchGraph, body: string): Promise<ExecutionResult> {
  const { query, variables } = JSON.parse(body) as { query: string; variables?: Record<string, unknown> };
  const answer = await graphql({
    schema: graph.monolith,
    rootValue: graph.monolithRoot,
    source: query,
    variableValues: variables,
  });
  if (answer.errors !== undefined)
    throw new Error(`the monolith refuses ${body}: ${answer.errors[0]?.message}`);
  return JSON.parse(JSON.stringify(answer)) as ExecutionResult;
}

async function ask(url: string, body: string): Promise<string> {
  const response = await fetch(url, {
    method: "POST",
    headers: { "content-type": "application/json", accept: "application/json" },
    body,
    signal: AbortSignal.timeout(ANSWER_TIMEOUT_MS),
  });
  return await response.text();
}

function isSameAnswer(actual: string, expected: ExecutionResult): boolean {
  return isDeepStrictEqual(JSON.parse(actual), expected);
}

function shorten(text: string): string {
  return text.length > SHOWN_CHARS ? `${text.slice(0, SHOWN_CHARS)}…` : text;
}
