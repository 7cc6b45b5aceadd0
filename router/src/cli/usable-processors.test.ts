import { expect, test } from "bun:test";
import { availableParallelism } from "node:os";
import { usableProcessors } from "./usable-processors.ts";

const all = availableParallelism();

test.each([
  { where: "outside of any group", files: {}, usable: all },
  { where: "in a group without a bound", files: { "/": "max 100000\n" }, usable: all },
  { where: "granted more than there is", files: { "/": "25600000 100000\n" }, usable: all },
  { where: "in a container of one processor", files: { "/": "100000 100000\n" }, usable: 1 },
  { where: "granted one and a half", files: { "/": "150000 100000\n" }, usable: 1 },
  { where: "granted half of one", files: { "/": "50000 100000\n" }, usable: 1 },
  { where: "in a service's group", files: { "/system.slice/router.service": "100000 100000\n" }, usable: 1 },
  { where: "in a group that cannot be read", files: { "/": undefined }, usable: all },
])("$where: $usable", ({ files, usable }) => {
  const [group] = Object.keys(files);
  const readFile = (path: string): string | undefined => {
    if (path === "/proc/self/cgroup") return group && `1:name=systemd:/ignored\n0::${group}\n`;
    return path === `/sys/fs/cgroup${group}/cpu.max` ? Object.values(files)[0] : undefined;
  };
  expect(usableProcessors(readFile)).toBe(usable);
});
