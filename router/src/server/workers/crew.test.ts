import { afterEach, expect, test } from "bun:test";
import { pino } from "pino";
import { Crew } from "./crew.ts";

const restarts = { firstDelayMs: 1, delayMsMax: 4, livedWellMs: 10_000, failuresMax: 3 };
let crew: Crew | undefined;
afterEach(() => crew?.kill());

/** Workers that run a few lines of JavaScript, where `serve()` tells the parent that they serve. */
function createCrew(script: string, size = 1): { crew: Crew; logged: string[] } {
  const logged: string[] = [];
  const logger = pino({ messageKey: "message" }, { write: (line) => void logged.push(line) });
  const prelude = `const serve = () => process.send({ kind: "serving" }); process.on("message", (message) => on(message));
    let on = (message) => { if (message.kind === "stop") process.exit(0) };`;
  const command = [process.execPath, "-e", `${prelude}${script}`];
  crew = new Crew({ size, command, environmentOf: () => process.env, logger, restarts });
  return { crew, logged };
}

test("a first worker that does not start gives its exit code, and is not tried again", async () => {
  const { crew, logged } = createCrew("process.exit(3)", 2);
  expect(await crew.start()).toBe(3);
  expect(logged).toEqual([]);
});

test("when no worker stays alive the crew gives up, after so many tries", async () => {
  const { crew, logged } = createCrew("serve(); setTimeout(() => process.exit(1), 20)");
  expect(await crew.start()).toBeUndefined();
  await crew.gaveUp;
  expect(logged).toHaveLength(restarts.failuresMax);
});

test("a reload that one worker refuses has failed", async () => {
  const { crew } = createCrew(
    `serve(); on = ({ kind, id, question }) => {
      if (kind === "stop") process.exit(0);
      if (question === "reload") process.send({ kind: "reply", id, reply: process.env.MYCELIUM_WORKER === "0" });
    }`,
    2,
  );
  await crew.start();
  expect(await crew.reload()).toBe(false);
  expect(await crew.stop("enough")).toBe(true);
});

test("a broken reload is tried by one worker only", async () => {
  const { crew } = createCrew(
    `serve(); on = ({ kind, id }) => {
      if (kind === "stop") process.exit(process.env.MYCELIUM_WORKER === "0" ? 0 : asked);
      asked++;
      process.send({ kind: "reply", id, reply: false });
    }; let asked = 0;`,
    3,
  );
  await crew.start();
  expect(await crew.reload()).toBe(false);
  expect(await crew.stop("enough")).toBe(true);
});
