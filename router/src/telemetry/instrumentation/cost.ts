import type { ReadValue } from "./facts.ts";

/** What is told of an operation's cost, by Apollo Router's names. */
export const readCost: Readonly<Record<"estimated" | "actual" | "delta" | "result", ReadValue>> = {
  estimated: ({ costFacts }) => costFacts?.estimated,
  actual: ({ costFacts }) => costFacts?.actual,
  delta: ({ costFacts: { estimated, actual } = {} }) =>
    estimated === undefined || actual === undefined ? undefined : estimated - actual,
  result: ({ costFacts }) => costFacts?.result,
};
