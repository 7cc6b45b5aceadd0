import type { Caller } from "../context/caller.ts";
import type { Subgraph } from "../create-subgraph.ts";
import { testCaller, testContextHeader } from "./callers.ts";

export interface Question {
  query: string;
  variables?: Record<string, unknown>;
  operationName?: string;
}

export interface TestAnswer {
  status: number;
  headers: Headers;
  // biome-ignore lint/suspicious/noExplicitAny: a test reads whatever its own query has selected.
  data: any;
  errors: { message: string; path?: (string | number)[]; extensions: Record<string, unknown> }[] | undefined;
}

/** Asks a subgraph's app in process, with no port. */
export async function ask(
  { app }: Pick<Subgraph, "app">,
  question: Question | string,
  caller: Caller | null = testCaller(),
): Promise<TestAnswer> {
  const body = typeof question === "string" ? { query: question } : question;
  const response = await app.request("/graphql", {
    method: "POST",
    headers: {
      "content-type": "application/json",
      ...(caller && { [testContextHeader]: JSON.stringify(caller) }),
    },
    body: JSON.stringify(body),
  });
  const { data, errors } = (await response.json()) as Pick<TestAnswer, "data" | "errors">;
  return { status: response.status, headers: response.headers, data, errors };
}

export interface EntitiesQuestion {
  representations: readonly Record<string, unknown>[];
  /** What is asked of each, as `... on Guest { name }`. */
  select: string;
}

export function askEntities(
  subgraph: Pick<Subgraph, "app">,
  { representations, select }: EntitiesQuestion,
  caller?: Caller | null,
): Promise<TestAnswer> {
  const query = `query ($representations: [_Any!]!) { _entities(representations: $representations) { ${select} } }`;
  return ask(subgraph, { query, variables: { representations: [...representations] } }, caller);
}
