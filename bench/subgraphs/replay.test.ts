import { afterAll, beforeAll, expect, test } from "bun:test";
import { library } from "../graphs/library.ts";
import { NONCE, withNonce } from "../graphs/nonce.ts";
import { startOrigin } from "./origin.ts";
import { type Replay, startReplay } from "./replay.ts";

const isRunnable = process.platform === "linux" && Bun.which("rustc") !== null;
const origin = startOrigin(library);
let replay: Replay;

beforeAll(async () => {
  if (isRunnable) replay = await startReplay(origin.address);
});

afterAll(async () => {
  await replay?.[Symbol.asyncDispose]();
  origin[Symbol.dispose]();
});

async function ask(body: string): Promise<unknown> {
  return await (await fetch(`${replay.url}/readers`, { method: "POST", body })).json();
}

test.skipIf(!isRunnable)("a body seen before is answered without the origin", async () => {
  const body = JSON.stringify({ query: "{ readers { id handle } }" });
  const first = await ask(body);
  const before = await replay.counters();
  expect(await ask(body)).toEqual(first);
  const after = await replay.counters();
  expect(after).toEqual({ replayed: before.replayed + 1, passedOn: before.passedOn });
  expect(first).toMatchObject({ data: { readers: [{ id: "1" }, {}, {}, {}, {}, {}] } });
});

test.skipIf(!isRunnable)(
  "bodies that differ in their nonce share an answer, each with its own nonce in it",
  async () => {
    const query = `query($for: String) { mine${NONCE}: reader(id: 1) { name(for: $for) } }`;
    const body = JSON.stringify({ query, variables: { for: NONCE } });
    await ask(withNonce(body, 5));
    const before = await replay.counters();
    expect(await ask(withNonce(body, 6))).toEqual({
      data: { mineZq00000006: { name: "Ines Marlow for Zq00000006" } },
    });
    expect((await replay.counters()).passedOn).toBe(before.passedOn);
  },
);

test.skipIf(!isRunnable)("two different nonces in one body are two different requests", async () => {
  const query =
    '{ one: reader(id: 1) { name(for: "Zq00000001") } two: reader(id: 2) { name(for: "Zq00000002") } }';
  const answer = await ask(JSON.stringify({ query }));
  expect(answer).toEqual({
    data: { one: { name: "Ines Marlow for Zq00000001" }, two: { name: "Tobias Quill for Zq00000002" } },
  });
  const swapped = JSON.stringify({ query: query.replace("Zq00000002", "Zq00000003") });
  expect(await ask(swapped)).toMatchObject({ data: { two: { name: "Tobias Quill for Zq00000003" } } });
});
