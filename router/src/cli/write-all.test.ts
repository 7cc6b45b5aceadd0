import { expect, test } from "bun:test";
import { join } from "node:path";

/** Far above what a pipe takes at a time. */
const text = "é".repeat(500_000);
const program = `
  import { writeAll } from ${JSON.stringify(join(import.meta.dir, "write-all.ts"))};
  writeAll(1, "é".repeat(${text.length}));
  process.exit(3);
`;

test("all of it is written before the process ends, however late the reader is", async () => {
  expect(await readLate(program)).toEqual({ written: text, exitCode: 3 });
});

test("a pipe that does not wait for its reader is written to again", async () => {
  // What the runtime has written to once, it has set not to block.
  expect(await readLate(`process.stdout.write("-");${program}`)).toEqual({
    written: `-${text}`,
    exitCode: 3,
  });
});

test("a reader that has seen enough ends it without a word", () => {
  const command = ["sh", "-c", '"$@" | head -c 10', "sh", process.execPath, "-e", program];
  const { stdout, stderr } = Bun.spawnSync(command);
  expect(stdout.length).toBe(10);
  expect(stderr.toString()).toBe("");
});

async function readLate(code: string) {
  const child = Bun.spawn([process.execPath, "-e", code], { stdout: "pipe" });
  await Bun.sleep(200);
  return { written: await new Response(child.stdout).text(), exitCode: await child.exited };
}
