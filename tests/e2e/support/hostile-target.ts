import { expect } from "bun:test";
import { type RouterProcess, startRouter } from "./router-process.ts";
import { compose } from "./shop.ts";
import { Subgraph } from "./subgraph.ts";

const link = `extend schema @link(url: "https://specs.apollo.dev/federation/v2.3", import: ["@key"])`;

/** What the process may take, whatever it is sent. */
const residentBytesMax = 400 * 2 ** 20;
const normalMsMax = 1_000;

export type Body = string | Uint8Array<ArrayBuffer>;

export interface Refusal {
  status: number;
  code: string | undefined;
}

export const refusals = {
  parseError: { status: 400, code: "PARSING_ERROR" },
  invalid: { status: 400, code: "GRAPHQL_VALIDATION_FAILED" },
  unreadable: { status: 400, code: "INVALID_GRAPHQL_REQUEST" },
  tooBig: { status: 413, code: "INVALID_GRAPHQL_REQUEST" },
  tooManyFields: { status: 400, code: "OPERATION_TOO_LARGE" },
  notIntrospected: { status: 200, code: "INTROSPECTION_DISABLED" },
  /** The subgraph's data has none of what was asked: null, but an answer. */
  answered: { status: 200, code: undefined },
} satisfies Record<string, Refusal>;

/** A router over two subgraphs, to be treated badly. */
export class HostileTarget implements AsyncDisposable {
  private constructor(
    readonly router: RouterProcess,
    readonly people: Subgraph,
    private readonly reviews: Subgraph,
  ) {}

  static async start(yaml: string): Promise<HostileTarget> {
    const people = new Subgraph({
      name: "people",
      sdl: `${link}
        scalar Any
        input Filter { name: String and: Filter tags: [String!] }
        type Query { me: Person find(filter: Filter): Person any(value: Any): String count(n: Int, f: Float): Int }
        type Person @key(fields: "id") { id: ID! name: String friend: Person }`,
      answer: () => Response.json({ data: { me: { __typename: "Person", id: "1", name: "Ada" } } }),
    });
    const reviews = new Subgraph({
      name: "reviews",
      sdl: `${link} type Person @key(fields: "id") { id: ID! review: String critic: Person }`,
      answer: () => Response.json({ data: { _entities: [{ __typename: "Person", review: "good" }] } }),
    });
    return new HostileTarget(
      await startRouter({ supergraph: compose([people, reviews]), yaml }),
      people,
      reviews,
    );
  }

  async send(body: Body, headers: Record<string, string> = {}): Promise<Refusal> {
    const response = await fetch(this.router.url, {
      method: "POST",
      body,
      headers: { "content-type": "application/json", ...headers },
    });
    return readRefusal(response);
  }

  ask(query: string, more: object = {}): Promise<Refusal> {
    return this.send(JSON.stringify({ query, ...more }));
  }

  /** What follows every hostile request: a friendly one, at once, from a process of bounded size. */
  async expectWell(): Promise<void> {
    const startedMs = performance.now();
    expect(await this.router.query("{ me { name review } }")).toEqual({
      data: { me: { name: "Ada", review: "good" } },
    });
    expect(performance.now() - startedMs).toBeLessThan(normalMsMax);
    expect(this.router.residentBytes).toBeLessThan(residentBytesMax);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.router[Symbol.asyncDispose]();
    await this.people[Symbol.asyncDispose]();
    await this.reviews[Symbol.asyncDispose]();
  }
}

export async function readRefusal(response: Response): Promise<Refusal> {
  const text = await response.text();
  const { errors } = (text === "" ? {} : JSON.parse(text)) as {
    errors?: { extensions?: { code?: string } }[];
  };
  return { status: response.status, code: errors?.[0]?.extensions?.code };
}

export function times(count: number, write: (index: number) => string): string {
  return Array.from({ length: count }, (_, index) => write(index)).join(" ");
}
