import type { AnswerPath } from "../execute/answer-path.ts";
import type { CompiledPart, LaterPart } from "../execute/compile-deferral.ts";
import { findPlaces, valueAt } from "../execute/deferred-places.ts";
import { trimErrorPaths } from "../execute/error-paths.ts";
import { mergeObject } from "../execute/merge.ts";
import type { PlanRun } from "../execute/plan-run.ts";
import type { GraphqlError } from "../graphql-error.ts";
import type { JsonObject } from "../json.ts";
import { AnswerStream } from "../streams/answer-stream.ts";
import type { StreamPart } from "../streams/stream-part.ts";
import type { Answer } from "./answer.ts";
import { completeAnswer } from "./complete-answer.ts";
import type { Exchange } from "./exchange.ts";
import { callerContext, type Execution } from "./execute-operation.ts";
import { type Awaited, createIdFormat, createPathFormat, type Increment } from "./incremental-format.ts";
import { readsIncrementalIds } from "./write-stream.ts";

/** Answers with what is there at once, and with the rest as it comes. */
export async function executeDeferred(
  exchange: Exchange,
  execution: Execution,
  part: CompiledPart,
): Promise<Answer> {
  const deferred = new DeferredRun(exchange, execution, part);
  await deferred.runFirst(part);
  return { status: 200, stream: { kind: "incremental", parts: deferred.parts } };
}

class DeferredRun {
  readonly parts: AnswerStream<StreamPart>;
  private readonly run: PlanRun;
  private readonly format;
  private readonly abort = new AbortController();
  private readonly told: ((answer: string) => void) | undefined;
  /** What the client has been told so far. */
  private delivered: JsonObject | null = null;
  /** Parts that have not been told yet. */
  private left: number;

  constructor(
    private readonly exchange: Exchange,
    private readonly execution: Execution,
    part: CompiledPart,
  ) {
    const { pipeline } = exchange;
    const context = { ...callerContext(exchange, execution), signal: this.abort.signal };
    this.run = {
      variables: execution.variables,
      callSubgraph: pipeline.callerFor(context),
      caching: pipeline.entityCache?.begin(context),
      data: null,
      errors: [],
    };
    this.left = countParts(part);
    this.parts = new AnswerStream(this.left + 1);
    this.parts.onLeave = () => this.abort.abort();
    this.told = exchange.observer.watchAnswers();
    this.format = readsIncrementalIds(exchange) ? createIdFormat() : createPathFormat();
  }

  async runFirst(part: CompiledPart): Promise<void> {
    const { pipeline } = this.exchange;
    if (part.step) await part.step(this.run);
    else this.run.data = {};
    const answer = completeAnswer(pipeline, this.execution, this.run, part.selection);
    this.delivered = answer.data ?? null;
    this.tell(this.format.first(answer, this.awaitedBy(part)));
    this.begin(part);
  }

  private tell(answer: string): void {
    this.parts.push(answer);
    this.told?.(answer);
  }

  private begin(part: CompiledPart): void {
    for (const later of part.later) {
      void this.runLater(later).catch((error: unknown) => this.fail(error));
    }
  }

  private async runLater(part: LaterPart): Promise<void> {
    // Of its own are only the errors: parts see what others have fetched, and select nothing of it.
    const run: PlanRun = { ...this.run, errors: [] };
    if (part.step && run.data) await part.step(run);
    if (!this.parts.isOpen) return;
    const increments = this.complete(part, run);
    const awaited = this.awaitedBy(part);
    this.left--;
    if (this.hasExpired()) {
      this.parts.end(expired);
      this.abort.abort();
      return;
    }
    this.tell(this.format.later(increments, { awaited, hasNext: this.left > 0 }));
    if (this.left === 0) this.parts.end();
    else this.begin(part);
  }

  private complete(part: LaterPart, run: PlanRun): Increment[] {
    const places = run.data ? findPlaces(run.data, part.path, this.delivered) : [];
    if (!part.selection) return [];
    const { data, valueCompletion } = part.selection.complete(run.data, run.variables);
    const errors = trimErrorPaths(run.errors, {
      selectionSet: part.selection.selectionSet,
      fragments: new Map(),
    });
    if (this.delivered && data) mergeObject(this.delivered, structuredClone(data));
    return places.map((path) => {
      const below = valueCompletion.filter((each) => startsWith(each.path ?? [], path));
      return {
        label: part.label,
        path,
        data: valueAt(data, path) ?? null,
        errors: errors.filter((error) => concerns(error, path)),
        // The cast holds: these have messages and paths only.
        extensions: below.length > 0 ? { valueCompletion: below as unknown as JsonObject[] } : {},
      };
    });
  }

  private awaitedBy({ later }: CompiledPart): Awaited[] {
    const { data } = this.run;
    return later.flatMap(({ label, path }) =>
      data ? findPlaces(data, path, this.delivered).map((place) => ({ label, path: place })) : [],
    );
  }

  private hasExpired(): boolean {
    const expiry = this.exchange.caller.claims?.exp;
    return typeof expiry === "number" && expiry * 1_000 < Date.now();
  }

  private fail(error: unknown): void {
    const { pipeline, observer } = this.exchange;
    pipeline.telemetry.logger.error({ err: error, request_id: observer.requestId }, "a deferred part failed");
    this.parts.end(failed);
    this.abort.abort();
  }
}

const expired = closing(
  "DEFERRED_RESPONSE_JWT_EXPIRED",
  "deferred response closed because the JWT has expired",
);
const failed = closing("INTERNAL_SERVER_ERROR", "internal server error");

function closing(code: string, message: string): string {
  return JSON.stringify({ errors: [{ message, extensions: { code } }], hasNext: false });
}

function countParts({ later }: CompiledPart): number {
  return later.reduce((count, part) => count + 1 + countParts(part), 0);
}

/** At the place or below it, or above, where one error stands for many places. */
function concerns({ path }: GraphqlError, place: AnswerPath): boolean {
  return path !== undefined && (startsWith(path, place) || startsWith(place, path));
}

function startsWith(path: AnswerPath, start: AnswerPath): boolean {
  return start.every((step, index) => path[index] === step);
}
