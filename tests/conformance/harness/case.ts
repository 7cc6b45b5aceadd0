import type { Example, Fault } from "../../../example/serve.ts";
import type { Engine, RouterProcess } from "./start-router.ts";

/** Cases that share one router process. */
export interface Section {
  name: string;
  /** The router's configuration; listeners and subgraph addresses are filled in. */
  yaml: string;
  flags?: readonly string[];
  cases: readonly Case[];
}

export interface Case {
  name: string;
  /** Sent in order; the last answer is judged. */
  send?: Send | readonly Send[];
  /** What Apollo Router 2.17 was seen to answer, and ours must. */
  expect?: Expected;
  /** Ours answers otherwise on purpose. `docs/engines.md` has a row for each. */
  differs?: Difference;
  /** Who answers in a subgraph's place. */
  faults?: Readonly<Record<string, Fault>>;
  /** Judged further: what reached the subgraphs, several answers, files that change. */
  check?(context: CaseContext): void | Promise<void>;
}

export interface Difference {
  why: string;
  /** What Apollo Router answers. Without it the case runs against ours alone. */
  apollo?: Expected;
}

export interface Send {
  method?: string;
  /** Path and search; `/` where left out. */
  path?: string;
  query?: string;
  variables?: unknown;
  operationName?: unknown;
  extensions?: unknown;
  /** A body of any other kind, in place of the four above. */
  body?: string | Uint8Array<ArrayBuffer> | FormData;
  /** `null` takes a default header away. */
  headers?: Readonly<Record<string, string | null>>;
}

export interface Expected {
  status?: number;
  /** `null` expects the header to be absent. */
  headers?: Readonly<Record<string, string | null>>;
  /** The JSON answer. Every key counts; of an error, the keys given here. */
  json?: ExpectedJson;
  /** The answer as text, or a part of it. */
  text?: string | RegExp;
}

export interface ExpectedJson {
  data?: unknown;
  errors?: readonly ExpectedError[];
  extensions?: unknown;
}

export interface ExpectedError {
  message?: string | RegExp;
  path?: readonly (string | number)[];
  locations?: readonly { line: number; column: number }[];
  extensions?: unknown;
  /** Only `extensions.code`, where the other extensions are the engine's own. */
  code?: string;
}

export interface Answer {
  status: number;
  headers: Headers;
  text: string;
  /** Undefined where the answer is not JSON. */
  json: { data?: unknown; errors?: Record<string, unknown>[]; extensions?: unknown } | undefined;
  elapsedMs: number;
}

export interface CaseContext {
  engine: Engine;
  answer: Answer;
  example: Example;
  router: RouterProcess;
  url: string;
  healthUrl: string;
  send(request: Send): Promise<Answer>;
  /** Replaces a file that the router was started with. */
  writeConfig(yaml: string): Promise<void>;
  writeSupergraph(edit: (sdl: string) => string): Promise<void>;
  equal(actual: unknown, expected: unknown, what: string): void;
  ok(condition: boolean, what: string): void;
}
