import { expect, test } from "bun:test";
import { join } from "node:path";

const ARGUMENTS = ["--supergraphs", "20", "--operations", "100", "--seed", "1", "--shrunk", "0"];

test.each([
  ["router", 1_700],
  ["parts", 1_700],
])(
  "the %s answers as a monolith over the same data would",
  async (engine, operationsMin) => {
    const child = Bun.spawn(
      [process.execPath, join(import.meta.dir, "main.ts"), ...ARGUMENTS, "--engine", engine],
      { stdout: "pipe" },
    );
    const output = await new Response(child.stdout).text();
    await child.exited;
    const line = output.trimEnd().split("\n").at(-1) ?? "";
    const numbers = /(\d+) operations \((\d+) with errors.* (\d+) different, (\d+) crashes/.exec(line) ?? [];
    const [operations, withErrors, different, crashes] = numbers.slice(1).map(Number);
    expect(operations).toBeGreaterThan(operationsMin);
    expect(withErrors).toBeGreaterThan(50);
    expect(different).toBe(0);
    expect(crashes).toBe(0);
  },
  240_000,
);
