/** What a client may be told, and under which code. */
export interface ErrorDefinition<Details> {
  /** As an HTTP status says it. */
  status: number;
  message: string | ((details: Details) => string);
}

/** Thrown by verbs: leaves as it is. Any other error leaves as one generic line with the request's id. */
export class ClientError extends Error {
  override readonly name = "ClientError";

  constructor(
    readonly code: string,
    readonly status: number,
    message: string,
    readonly details: Readonly<Record<string, unknown>> = {},
  ) {
    super(message);
  }
}

type Definitions = Readonly<Record<string, ErrorDefinition<never>>>;

type Raise<Definition> =
  Definition extends ErrorDefinition<infer Details>
    ? Definition extends { message: string }
      ? (details?: Readonly<Record<string, unknown>>) => ClientError
      : (details: Details) => ClientError
    : never;

export type ErrorRegistry<D extends Definitions> = { readonly [Code in keyof D]: Raise<D[Code]> } & {
  readonly published: readonly { code: string; status: number; message: string }[];
};

/**
 * The codes of a subgraph: each becomes a function that makes its error, so that a code that is not published
 * cannot be thrown. Details are shown to the client under `extensions`.
 */
export function defineErrors<const D extends Definitions>(definitions: D): ErrorRegistry<D> {
  const raisers = Object.entries(definitions).map(([code, { status, message }]) => [
    code,
    (details: never = {} as never) =>
      new ClientError(code, status, typeof message === "string" ? message : message(details), details),
  ]);
  const published = Object.entries(definitions).map(([code, { status, message }]) => ({
    code,
    status,
    message: typeof message === "string" ? message : describeTemplate(message),
  }));
  return { ...Object.fromEntries(raisers), published };
}

/** The message with `{name}` where a detail stands. */
function describeTemplate(message: (details: never) => string): string {
  const names = new Proxy({}, { get: (_, name) => `{${String(name)}}` });
  return message(names as never);
}
