import { expect, test } from "bun:test";
import { plainValue } from "./config-node.ts";
import { readYamlTree } from "./yaml-tree.ts";

test("an empty file is an empty mapping", () => {
  for (const text of ["", "\n# nothing\n", "---\n", "~"]) {
    const tree = readYamlTree(text);
    expect(tree.problems).toEqual([]);
    expect(tree.root.entries.size).toBe(0);
  }
});

test("positions count from one", () => {
  const { root } = readYamlTree("a:\n  b: [1,\n    two]\n");
  const inner = root.entries.get("a")?.node;
  const list = inner?.kind === "map" ? inner.entries.get("b") : undefined;
  expect(list?.keyPosition).toEqual({ line: 2, column: 3 });
  expect(list?.node.kind === "list" && list.node.items[1]?.position).toEqual({ line: 3, column: 5 });
});

test("anchors stand for what they name", () => {
  const { root, problems } = readYamlTree("one: &timeouts { timeout: 3s }\ntwo: *timeouts\n");
  expect(problems).toEqual([]);
  expect(plainValue(root)).toEqual({ one: { timeout: "3s" }, two: { timeout: "3s" } });
});

test.each([
  ["a: 1\na: 2\n", 2],
  ["a: [1\n", 2],
  ["- a\n", 1],
  ["text\n", 1],
  ["a: 1\n---\nb: 2\n", 2],
])("%j is a problem at line %d", (text, line) => {
  const { problems } = readYamlTree(text);
  expect(problems[0]?.position?.line).toBe(line);
});

test("anchors that multiply do not fill the memory", () => {
  const levels = Array.from({ length: 12 }, (_, level) => {
    const items = level === 0 ? "x" : `*l${level - 1}`;
    return `l${level}: &l${level} [${Array(10).fill(items).join(", ")}]`;
  });
  const { problems } = readYamlTree(levels.join("\n"));
  expect(problems).toHaveLength(1);
  expect(problems[0]?.message).toContain("repeats too much");
});

test("an anchor inside itself comes to an end", () => {
  const { problems } = readYamlTree("a: &a [*a]\n");
  expect(problems).toHaveLength(1);
});
