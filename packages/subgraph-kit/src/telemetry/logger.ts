import pino from "pino";

export type Logger = pino.Logger;

/** Values under these names never reach a log, however deep the library that logs them has put them. */
const secretNames = [
  "password",
  "passwd",
  "secret",
  "token",
  "accessToken",
  "refreshToken",
  "apiKey",
  "api_key",
  "secretKey",
  "authToken",
  "clientSecret",
  "authorization",
  "cookie",
  "set-cookie",
  "mycelium-context",
];

const redactPaths = secretNames.flatMap((name) => {
  const key = /^\w+$/.test(name) ? `.${name}` : `["${name}"]`;
  return [key.replace(/^\./, ""), `*${key}`, `*.*${key}`, `*.*.*${key}`];
});

export interface LoggerOptions {
  name: string;
  level?: string;
  destination?: pino.DestinationStream;
}

/** JSON lines on standard output. */
export function createLogger({ name, level = "info", destination }: LoggerOptions): Logger {
  const options: pino.LoggerOptions = {
    name,
    level,
    base: { pid: process.pid },
    redact: { paths: redactPaths, censor: "[redacted]" },
    serializers: { err: serializeError },
  };
  return destination ? pino(options, destination) : pino(options);
}

/** Drizzle's errors carry the values of the statement, which may be secret: its text is enough. */
function serializeError(error: unknown): unknown {
  if (!(error instanceof Error)) return error;
  const { params: _, query, ...rest } = error as Error & { params?: unknown; query?: string };
  const message = error.message.replace(/\nparams:[\s\S]*$/, "");
  const stack = error.stack?.replace(/\nparams:[\s\S]*?(?=\n {4}at )/, "");
  const cause = error.cause === undefined ? {} : { cause: serializeError(error.cause) };
  return { ...rest, type: error.name, message, stack, ...(query && { query }), ...cause };
}
