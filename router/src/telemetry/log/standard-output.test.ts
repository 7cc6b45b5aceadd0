import { expect, test } from "bun:test";

const script = `
  const { openStandardOutput } = await import("${import.meta.dir}/standard-output.ts");
  const output = openStandardOutput();
  const line = "x".repeat(1_000) + "\\n";
  const before = process.memoryUsage().rss;
  const startedMs = performance.now();
  for (let index = 0; index < 100_000; index++) {
    output.write(line);
    if (index % 1_000 === 0) await new Promise(setImmediate);
  }
  const grownBytes = process.memoryUsage().rss - before;
  console.error(JSON.stringify({ droppedLines: output.droppedLines, grownBytes, tookMs: performance.now() - startedMs }));
  process.kill(process.pid, "SIGKILL");`;

test("a reader that stands still costs lines, not memory or time", async () => {
  const child = Bun.spawn([process.execPath, "-e", script], { stdout: "pipe", stderr: "pipe" });
  const report = JSON.parse(await new Response(child.stderr).text()) as Record<string, number>;
  expect(report.droppedLines).toBeGreaterThan(90_000);
  expect(report.grownBytes).toBeLessThan(64 * 1_048_576);
  expect(report.tookMs).toBeLessThan(5_000);
});

test("a flush waits for every line", async () => {
  const ending = `
    const { openStandardOutput } = await import("${import.meta.dir}/standard-output.ts");
    const output = openStandardOutput();
    await output.flush();
    for (let index = 0; index < 5_000; index++) output.write("a line\\n");
    await output.flush();
    process.exit(0);`;
  const child = Bun.spawn([process.execPath, "-e", ending], { stdout: "pipe" });
  expect(await new Response(child.stdout).text()).toBe("a line\n".repeat(5_000));
});
