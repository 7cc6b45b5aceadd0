import { describe, expect, test } from "bun:test";
import { observeOne, requestWith, startTelemetry } from "../test-support/start-telemetry.ts";
import { readLogFilter } from "./log-filter.ts";

const read = (line: string | undefined) => JSON.parse(line ?? "null") as Record<string, unknown>;

describe("lines", () => {
  test("JSON has Apollo's keys", () => {
    const { telemetry, lines } = startTelemetry();
    telemetry.logger.info({ port: 4000 }, "listening");
    const { timestamp, ...line } = read(lines[0]);
    expect(timestamp).toMatch(/^\d{4}-\d\d-\d\dT[\d:.]+Z$/);
    expect(line).toEqual({
      level: "INFO",
      resource: {
        "process.executable.name": "router",
        "service.name": "unknown_service:router",
        "service.version": "9.9.9",
      },
      port: 4000,
      message: "listening",
    });
  });

  test("text is for people", () => {
    const format = { kind: "text", ansiEscapeCodes: false, displayTimestamp: false } as const;
    const { telemetry, lines } = startTelemetry({ exporters: { logging: { stdout: { format } } } });
    telemetry.logger.warn({ port: 4000, host: "a" }, "listening");
    expect(lines).toEqual(["WARN listening port=4000 host=a\n"]);
  });

  test("secrets do not reach it", () => {
    const { telemetry, lines } = startTelemetry();
    telemetry.logger.error(
      {
        headers: new Headers({
          authorization: "Bearer s3cret",
          cookie: "s3cret",
          "x-api-key": "s3cret",
          accept: "kept",
        }),
        deep: {
          list: [{ password: "s3cret" }],
          url: new URL("http://u:s3cret@h/?access_token=s3cret&page=2"),
        },
        err: new Error("call to http://h/?token=s3cret failed"),
      },
      "redis://user:s3cret@host with Bearer s3cret",
    );
    const child = telemetry.logger.child({ authorization: "s3cret" });
    child.info("child");
    expect(lines).toHaveLength(2);
    expect(lines.join("")).not.toContain("s3cret");
    expect(lines[0]).toContain("kept");
    expect(lines[0]).toContain("page=2");
  });

  test("a message is limited on its own", () => {
    const rateLimit = { enabled: true, capacity: 2, intervalMs: 60_000 };
    const { telemetry, lines } = startTelemetry({ exporters: { logging: { stdout: { rateLimit } } } });
    for (let index = 0; index < 5; index++) telemetry.logger.info("often");
    telemetry.logger.info("once");
    expect(lines.map((line) => read(line).message)).toEqual(["often", "often", "once"]);
  });

  test("a failed request writes one line, with its id and without what it asked", () => {
    const { telemetry, lines } = startTelemetry();
    const observer = telemetry.observeRequest(requestWith({ "x-request-id": "r-1" }));
    observer.operation({ name: "Hi", kind: "query", document: "{ s3cret }" });
    observer.failed("FIRST", new Error("broken"));
    observer.failed("SECOND");
    observer.end({ status: 500 });
    observer.end({ status: 500 });
    observeOne(telemetry);
    expect(lines).toHaveLength(1);
    expect(read(lines[0])).toMatchObject({
      level: "ERROR",
      request_id: "r-1",
      code: "FIRST",
      operation_name: "Hi",
      err: { message: "broken" },
    });
    expect(lines[0]).not.toContain("s3cret");
  });

  test("switched off, nothing is written", () => {
    const { telemetry, lines } = startTelemetry({ exporters: { logging: { stdout: { enabled: false } } } });
    telemetry.logger.error("gone");
    expect(lines).toEqual([]);
  });
});

describe("the filter", () => {
  const cases = [
    [undefined, "info"],
    ["off", "silent"],
    ["DEBUG", "debug"],
    ["info,apollo_router=debug", "debug"],
    ["warn,hyper=trace", "warn"],
    ["apollo_router::plugins=trace,error", "trace"],
    ["nonsense", "info"],
  ] as const;
  for (const [filter, level] of cases) {
    test(`${filter} means ${level}`, () => expect(readLogFilter(filter)).toBe(level));
  }
});
