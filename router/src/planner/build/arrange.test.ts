import { expect, test } from "bun:test";
import type { PlanNode } from "../plan.ts";
import { arrange, type Step } from "./arrange.ts";

test("steps that wait for one another are a sequence, others run at once", () => {
  expect(arranged({ a: [], b: ["a"], c: ["a"] })).toBe("a > (b | c)");
  expect(arranged({ a: [], b: ["a"], c: ["b"], d: ["a"] })).toBe("a > ((b > c) | d)");
  expect(arranged({ a: [], b: [] })).toBe("(a | b)");
});

test("a step that waits for two roots comes after both", () => {
  expect(arranged({ a: [], b: [], c: ["a", "b"] })).toBe("(a | b) > c");
});

test("a plan is never deeper than its longest chain", () => {
  const waits = { a: [], b: [], a2: ["a"], a3: ["a2"], a4: ["a3"], c: ["b", "a"], c2: ["c"], c3: ["c2"] };
  expect(depth(arrange(stepsOf(waits)))).toBe(4);
});

test("one condition around neighbours is one node", () => {
  const conditional = (name: string): Step => ({
    node: { kind: "Condition", condition: "on", ifClause: fetch(name) },
    dependsOn: new Set(),
  });
  const node = arrange(new Set([conditional("a"), conditional("b")]));
  expect(node).toMatchObject({ kind: "Condition", condition: "on", ifClause: { kind: "Parallel" } });
});

function arranged(waits: Record<string, string[]>): string {
  return written(arrange(stepsOf(waits)));
}

function stepsOf(waits: Record<string, string[]>): Set<Step> {
  const steps = new Map<string, Step>();
  for (const name of Object.keys(waits)) steps.set(name, { node: fetch(name), dependsOn: new Set() });
  for (const [name, before] of Object.entries(waits)) {
    for (const other of before) steps.get(name)!.dependsOn.add(steps.get(other)!);
  }
  return new Set(steps.values());
}

function depth(node: PlanNode): number {
  if (node.kind === "Sequence") return node.nodes.reduce((sum, inner) => sum + depth(inner), 0);
  return node.kind === "Parallel" ? Math.max(...node.nodes.map(depth)) : 1;
}

function fetch(serviceName: string): PlanNode {
  return { kind: "Fetch", serviceName, operationKind: "query", operation: "{a}", variableUsages: [] };
}

function written(node: PlanNode, isInside = false): string {
  if (node.kind === "Fetch") return node.serviceName;
  if (node.kind !== "Sequence" && node.kind !== "Parallel") return node.kind;
  const text = node.nodes.map((inner) => written(inner, true)).join(node.kind === "Sequence" ? " > " : " | ");
  return isInside || node.kind === "Parallel" ? `(${text})` : text;
}
