import { expect, test } from "bun:test";
import { cpuTicks, cpuTimeMs, memoryUsage, processTree, statusKb } from "./process-usage.ts";

test("CPU ticks are found behind a command name with spaces and brackets", () => {
  const stat = "42 (a (b) c) S 1 42 42 0 -1 4194304 100 0 0 0 7 5 3 2 20 0 1 0 100 1000 50";
  expect(cpuTicks(stat)).toBe(7 + 5 + 3 + 2);
});

test("a status value is read by its whole name", () => {
  expect(statusKb("VmHWM:\t  2048 kB\nVmRSS:\t  1024 kB\n", "VmRSS")).toBe(1024);
  expect(statusKb("VmHWM:\t  2048 kB\n", "VmRSS")).toBe(0);
});

test.skipIf(process.platform !== "linux")("work of a child process counts for its parent", async () => {
  const loop = "i=0; while [ $i -lt 400000 ]; do i=$((i+1)); done";
  const parent = Bun.spawn(["sh", "-c", `sh -c '${loop}; sleep 5' & wait`]);
  const deadline = performance.now() + 4_000;
  while (cpuTimeMs(parent.pid) < 100 && performance.now() < deadline) await Bun.sleep(20);
  const tree = processTree(parent.pid);
  const measured = { cpuMs: cpuTimeMs(parent.pid), ...memoryUsage(parent.pid) };
  for (const pid of tree.toReversed()) process.kill(pid, "SIGKILL");
  await parent.exited;
  expect(tree.length).toBeGreaterThanOrEqual(2);
  expect(measured.cpuMs).toBeGreaterThanOrEqual(100);
  expect(measured.residentPeakMb).toBeGreaterThan(0);
});
