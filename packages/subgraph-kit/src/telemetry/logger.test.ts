import { expect, test } from "bun:test";
import { createLogger } from "./logger.ts";

const secret = "hunter2";

function linesOf(write: (log: ReturnType<typeof createLogger>) => void): string {
  const lines: string[] = [];
  write(createLogger({ name: "test", level: "debug", destination: { write: (line) => lines.push(line) } }));
  return lines.join("");
}

test("no secret reaches a log, under whichever name and however deep it lies", () => {
  const text = linesOf((log) => {
    log.info({ password: secret, config: { apiKey: secret, smtp: { authToken: secret } } }, "connected");
    log.info(
      { request: { headers: { authorization: secret, cookie: secret, "mycelium-context": secret } } },
      "asked",
    );
  });
  expect(text).toContain("[redacted]");
  expect(text).not.toContain(secret);
});

test("an error is logged with its reason and its causes, and without the values of its statement", () => {
  const query = "insert into guests (email) values ($1)";
  const cause = new Error("duplicate key");
  const failed = Object.assign(new Error(`Failed query: ${query}\nparams: ${secret}`, { cause }), {
    query,
    params: [secret],
  });
  const text = linesOf((log) => log.error({ err: failed }, "a resolver failed"));
  expect(text).toContain("duplicate key");
  expect(text).toContain(query);
  expect(text).not.toContain(secret);
});
