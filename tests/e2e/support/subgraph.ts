export interface ReceivedCall {
  query: string;
  variables: Record<string, unknown>;
  extensions: Record<string, unknown>;
  headers: Headers;
  /** Resolves when the router closes the connection before it has its answer. */
  cancelled: Promise<void>;
}

export type AnswerCall = (call: ReceivedCall) => Response | Promise<Response>;
type AnswerWhole = () => Response | Promise<Response>;

export interface SubgraphOptions {
  name: string;
  sdl: string;
  answer: AnswerCall;
  tls?: { cert: string; key: string; ca?: string; requestCert?: boolean; rejectUnauthorized?: boolean };
}

/** A subgraph on a port of its own. What it answers may change while it runs. */
export class Subgraph implements AsyncDisposable {
  readonly name: string;
  readonly sdl: string;
  readonly calls: ReceivedCall[] = [];
  /** How many calls each request held: more than one where they came as a list. */
  readonly requests: number[] = [];
  answer: AnswerCall;
  private answerWhole: AnswerWhole | undefined;
  private readonly server: Bun.Server<undefined>;

  constructor({ name, sdl, answer, tls }: SubgraphOptions) {
    this.name = name;
    this.sdl = sdl;
    this.answer = answer;
    this.server = Bun.serve({
      hostname: "127.0.0.1",
      port: 0,
      reusePort: false,
      development: false,
      idleTimeout: 120,
      ...(tls && { tls }),
      fetch: (request) => this.receive(request),
    });
  }

  reset(answer: AnswerCall): void {
    this.answer = answer;
    this.answerWhole = undefined;
    this.calls.length = 0;
    this.requests.length = 0;
  }

  /** Answers requests, whatever calls they hold. */
  resetWhole(answer: AnswerWhole): void {
    this.reset(this.answer);
    this.answerWhole = answer;
  }

  get url(): string {
    return `${this.server.url.protocol}//localhost:${this.server.port}/`;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.server.stop(true);
  }

  private async receive(request: Request): Promise<Response> {
    const body = (await request.json()) as SentCall | SentCall[];
    this.requests.push(Array.isArray(body) ? body.length : 1);
    if (this.answerWhole) return this.answerWhole();
    if (!Array.isArray(body)) return this.answerOne(request, body);
    const answers = await Promise.all(body.map((each) => this.answerOne(request, each)));
    return Response.json(await Promise.all(answers.map((answer) => answer.json())));
  }

  private answerOne(request: Request, sent: SentCall): Response | Promise<Response> {
    const { query, variables = {}, extensions = {} } = sent;
    const cancelled = new Promise<void>((resolve) =>
      request.signal.addEventListener("abort", () => resolve()),
    );
    const call = { query, variables, extensions, headers: request.headers, cancelled };
    this.calls.push(call);
    return this.answer(call);
  }
}

type SentCall = Partial<ReceivedCall> & { query: string };

/** An answer that never comes. */
export const silence: AnswerCall = () => new Promise(() => {});

export function after(delayMs: number, answer: AnswerCall): AnswerCall {
  return async (call) => {
    await Bun.sleep(delayMs);
    return answer(call);
  };
}
