import { rmSync } from "node:fs";

/** What the router tells a coprocessor. */
export interface StagePayload {
  version: number;
  stage: string;
  control?: "continue" | { break: number };
  id?: string;
  headers?: Record<string, string[]>;
  // biome-ignore lint/suspicious/noExplicitAny: tests look into it freely
  body?: any;
  context?: { entries: Record<string, unknown> };
  sdl?: string;
  uri?: string;
  method?: string;
  path?: string;
  serviceName?: string;
  statusCode?: number;
  hasNext?: boolean;
  queryPlan?: { root: { kind: string } };
  subgraphRequestId?: string;
}

export type AnswerStage = (
  payload: StagePayload,
) => StagePayload | Response | Promise<StagePayload | Response>;

/** A coprocessor that does what a test says, stage by stage, and otherwise sends everything back as it came. */
export class TestCoprocessor implements AsyncDisposable {
  readonly payloads: StagePayload[] = [];
  /** The path at which each was asked. */
  readonly paths: string[] = [];
  private stages: Record<string, AnswerStage> = {};
  private readonly server: Bun.Server<undefined>;

  constructor(private readonly socketPath?: string) {
    const fetch = (request: Request) => this.receive(request);
    this.server = Bun.serve(
      socketPath === undefined
        ? { hostname: "127.0.0.1", port: 0, reusePort: false, development: false, fetch }
        : { unix: socketPath, development: false, fetch },
    );
  }

  get url(): string {
    return `http://127.0.0.1:${this.server.port}`;
  }

  /** By the stage's name, as in `RouterRequest`. */
  answers(stages: Record<string, AnswerStage>): void {
    this.stages = stages;
    this.payloads.length = 0;
    this.paths.length = 0;
  }

  /** What was told at a stage, in the order in which it was. */
  told(stage: string): StagePayload[] {
    return this.payloads.filter((payload) => payload.stage === stage);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.server.stop(true);
    if (this.socketPath !== undefined) rmSync(this.socketPath, { force: true });
  }

  private async receive(request: Request): Promise<Response> {
    const payload = (await request.json()) as StagePayload;
    this.payloads.push(structuredClone(payload));
    this.paths.push(new URL(request.url).pathname);
    const answer = await (this.stages[payload.stage]?.(payload) ?? payload);
    return answer instanceof Response ? answer : Response.json(answer);
  }
}
