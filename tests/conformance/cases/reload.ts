import { differences } from "../differences.ts";
import type { Answer, CaseContext, Section, Send } from "../harness/case.ts";

const redacting = "include_subgraph_errors: { all: false }";
const showing = "include_subgraph_errors: { all: true }";
const fails: Send = { query: '{ fails(message: "Seen") }' };
const settleTimeoutMs = 6_000;

export const reload: Section = {
  name: "reload",
  yaml: redacting,
  flags: ["--hot-reload"],
  cases: [
    {
      name: "a changed configuration takes effect",
      check: async (context) => {
        await context.writeConfig(showing);
        context.ok(await comesTrue(context, fails, shows("Seen")), "errors are shown");
        await context.writeConfig(redacting);
        context.ok(
          await comesTrue(context, fails, (answer) => !shows("Seen")(answer)),
          "errors are redacted",
        );
      },
    },
    {
      name: "a broken configuration changes nothing",
      check: async (context) => {
        await context.writeConfig("nonsense: 1");
        await Bun.sleep(1_000);
        context.equal(
          (await context.send({ query: "{ me { name } }" })).json,
          { data: { me: { name: "Ada" } } },
          "answer",
        );
        await context.writeConfig(redacting);
      },
    },
    {
      name: "a changed supergraph takes effect, and a broken one does not",
      check: async (context) => {
        const asks: Send = { query: '{ __type(name: "Guest") { description } me { nickname: name alias } }' };
        await context.writeSupergraph((sdl) => sdl.replaceAll(/\bemail: String/g, "alias: String"));
        const isKnown = (answer: Answer) =>
          !answer.text.includes('no field \\"alias\\"') && answer.status === 200;
        context.ok(
          await comesTrue(context, { query: "{ me { alias } }" }, isKnown),
          `a new field is known after ${asks.query}`,
        );
        await context.writeSupergraph(() => "type Query {");
        await Bun.sleep(1_000);
        context.equal(
          (await context.send({ query: "{ me { name } }" })).status,
          200,
          "status with a broken file",
        );
        await context.writeSupergraph((sdl) => sdl);
        context.ok(
          await comesTrue(context, { query: "{ me { email } }" }, ({ status }) => status === 200),
          "the old field is back",
        );
      },
    },
    {
      name: "no request fails while it reloads",
      check: async (context) => {
        let writing = true;
        const failures: number[] = [];
        const load = async () => {
          while (writing) {
            const { status } = await context.send({ query: "{ me { name } }" });
            if (status !== 200) failures.push(status);
          }
        };
        const loads = [load(), load(), load()];
        for (let round = 0; round < 3; round++) {
          await context.writeConfig(round % 2 === 0 ? showing : redacting);
          await Bun.sleep(500);
        }
        writing = false;
        await Promise.all(loads);
        context.equal(failures, [], "failures");
      },
    },
  ],
};

export const signals: Section = {
  name: "signals",
  yaml: redacting,
  cases: [
    {
      name: "SIGHUP reloads",
      check: async (context) => {
        await context.writeConfig(showing);
        context.router.signal("SIGHUP");
        const reloads = await comesTrue(context, fails, shows("Seen"), 2_000);
        context.equal(reloads, context.engine === "mycelium", "errors are shown");
      },
      differs: { why: differences.signalReload, apollo: {} },
    },
    {
      name: "SIGTERM lets open requests finish",
      check: async (context) => {
        const open = context.send({ query: "{ slow(ms: 500) }" });
        await Bun.sleep(100);
        context.router.signal("SIGTERM");
        context.equal((await open).json, { data: { slow: "done" } }, "answer");
        await Bun.sleep(300);
        const refused = await context.send({ query: "{ me { id } }" }).then(
          () => false,
          () => true,
        );
        context.ok(refused, "it has stopped listening");
      },
    },
  ],
};

const shows = (message: string) => (answer: Answer) => answer.text.includes(message);

async function comesTrue(
  { send }: CaseContext,
  request: Send,
  isTrue: (answer: Answer) => boolean,
  timeoutMs = settleTimeoutMs,
): Promise<boolean> {
  const deadlineMs = performance.now() + timeoutMs;
  while (performance.now() < deadlineMs) {
    if (isTrue(await send(request))) return true;
    await Bun.sleep(50);
  }
  return false;
}
