import { expect, test } from "bun:test";
import type { Recording } from "./recording.ts";
import { Recordings } from "./recordings.ts";

const step = () => {};

function recorded(recordings: Recordings): Recording {
  const { recording } = recordings.begin(step, "");
  if (!recording) throw new Error("nothing is recorded");
  return recording;
}

test("a plan is recorded from its second run on, and its body is a copy", () => {
  const recordings = new Recordings(1_000);
  expect(recordings.begin(step, "")).toEqual({});
  const body = new Uint8Array([1, 2, 3]);
  recordings.keep(step, recorded(recordings), body);
  body.fill(0);
  expect(recordings.begin(step, "").past?.body).toEqual(new Uint8Array([1, 2, 3]));
  expect(recordings.begin(step, "true").past).toBeUndefined();
});

test("a plan whose answers are too large is recorded less and less often", () => {
  const recordings = new Recordings(1_000);
  let runsRecorded = 0;
  for (let run = 0; run < 100; run++) {
    const { past, recording } = recordings.begin(step, "");
    expect(past).toBeUndefined();
    if (!recording) continue;
    runsRecorded++;
    recordings.keep(step, recording, "x".repeat(251));
  }
  expect(runsRecorded).toBeWithin(3, 10);
});
