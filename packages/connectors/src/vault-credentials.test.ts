import { expect, test } from "bun:test";
import { vaultCredentials } from "./vault-credentials.ts";

function open(secret: unknown) {
  let nowMs = 0;
  const reads: string[] = [];
  const state = { secret };
  const vault = {
    read: async ({ tenantId, reader }: { tenantId: string; reader: string }, name: string) => {
      reads.push(`${reader} ${tenantId} ${name}`);
      return state.secret;
    },
  };
  const source = vaultCredentials({ vault, reader: "payments", now: () => nowMs });
  return { source, reads, state, pass: (ms: number) => (nowMs += ms) };
}

test("are read once for a moment, then anew, so that a rotated secret is soon in use", async () => {
  const { source, reads, state, pass } = open({ secretKey: "first" });
  expect(await source.find("t1", "stripe")).toEqual({ secretKey: "first" });
  state.secret = { secretKey: "second" };
  expect(await source.find("t1", "stripe")).toEqual({ secretKey: "first" });
  pass(5_000);
  expect(await source.find("t1", "stripe")).toEqual({ secretKey: "second" });
  expect(reads).toEqual(["payments t1 connector/stripe", "payments t1 connector/stripe"]);
});

test("are a tenant's own", async () => {
  const { source, reads } = open({ secretKey: "x" });
  await Promise.all([source.find("t1", "stripe"), source.find("t2", "stripe"), source.find("t1", "stripe")]);
  expect(reads).toHaveLength(2);
});

test("that are none fail without telling what they are, and are asked for again", async () => {
  const { source, state } = open({ secretKey: 5, hidden: "sk_live_1" });
  const failure = await source.find("t1", "stripe").catch((error) => String(error));
  expect(failure).not.toContain("sk_live_1");
  state.secret = undefined;
  expect(await source.find("t1", "stripe")).toBeUndefined();
});
