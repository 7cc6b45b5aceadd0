import type { GraphqlError } from "../graphql-error.ts";
import type { AnswerStream } from "./answer-stream.ts";

/** What a client reads of a stream: an answer as JSON text, or why the router ends the stream. */
export type StreamPart = string | FatalErrors;

/** The last word of a stream that does not end of itself. */
export class FatalErrors {
  constructor(readonly errors: readonly GraphqlError[]) {}
}

/** An operation's answers as they come, with what a protocol has to know of them. */
export interface OperationStream {
  kind: "subscription" | "incremental";
  parts: AnswerStream<StreamPart>;
}

export function fatal(code: string, message: string): FatalErrors {
  return new FatalErrors([{ message, extensions: { code } }]);
}

export function errorsText({ errors }: FatalErrors): string {
  return JSON.stringify(errors);
}
