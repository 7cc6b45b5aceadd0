import type { WrittenBody } from "../execute/recording.ts";
import type { GraphqlError } from "../graphql-error.ts";
import type { JsonObject } from "../json.ts";
import type { OperationStream } from "../streams/stream-part.ts";

/** What goes back to the client, before it is written. */
export interface Answer {
  status: number;
  /** Left out of the body where undefined. */
  data?: JsonObject | null;
  errors?: readonly GraphqlError[];
  extensions?: JsonObject;
  headers?: Readonly<Record<string, string>> | Headers;
  /** The body, where it is written already. It is sent once: its buffer may then be used for another. */
  body?: WrittenBody;
  /** In the place of all these: answers that come one after the other. */
  stream?: OperationStream;
}

/** A stage's outcome: on to the next stage with a value, or back to the client. */
export type Staged<T> = { kind: "next"; value: T } | { kind: "answer"; answer: Answer };

export function next<T>(value: T): Staged<T> {
  return { kind: "next", value };
}

export function answerWith(answer: Answer): { kind: "answer"; answer: Answer } {
  return { kind: "answer", answer };
}

/** Field order as Apollo Router writes it. */
export function writeBody({ data, errors, extensions }: Answer): string {
  const body: { data?: unknown; errors?: unknown; extensions?: unknown } = {};
  if (data !== undefined) body.data = data;
  if (errors && errors.length > 0) body.errors = errors.map(orderError);
  if (extensions && Object.keys(extensions).length > 0) body.extensions = extensions;
  return JSON.stringify(body);
}

export function bodyOf(answer: Answer): WrittenBody {
  return answer.body ?? writeBody(answer);
}

/** A body that is written may be bytes: this is for the few that need its text. */
export function textOf(body: WrittenBody): string {
  return typeof body === "string" ? body : Buffer.from(body).toString();
}

function orderError({ message, locations, path, extensions }: GraphqlError): GraphqlError {
  return {
    message,
    ...(locations && locations.length > 0 && { locations }),
    ...(path && { path }),
    ...(extensions && Object.keys(extensions).length > 0 && { extensions }),
  };
}
