import type { ExecutionResult } from "graphql";

export interface Answer {
  data?: unknown;
  errors?: readonly unknown[] | undefined;
}

export interface Difference {
  path: string;
  expected: unknown;
  actual: unknown;
}

/** The first difference: in the data, or in whether there are errors at all. */
export function compareAnswers(expected: ExecutionResult | Answer, actual: Answer): Difference | undefined {
  const data = firstDifference(expected.data ?? null, actual.data ?? null, "data");
  if (data) return data;
  const hasErrors = (answer: { errors?: readonly unknown[] | undefined }) => (answer.errors?.length ?? 0) > 0;
  if (hasErrors(expected) === hasErrors(actual)) return undefined;
  return { path: "errors", expected: expected.errors, actual: actual.errors };
}

function firstDifference(expected: unknown, actual: unknown, path: string): Difference | undefined {
  if (Object.is(expected, actual)) return undefined;
  if (typeof expected === "number" && typeof actual === "number" && expected === actual) return undefined;
  if (Array.isArray(expected) && Array.isArray(actual)) {
    if (expected.length !== actual.length) return { path, expected, actual };
    return firstOf(expected.keys(), (i) => firstDifference(expected[i], actual[i], `${path}.${i}`));
  }
  if (isRecord(expected) && isRecord(actual)) {
    const names = new Set([...Object.keys(expected), ...Object.keys(actual)]);
    return firstOf(names, (name) => firstDifference(expected[name], actual[name], `${path}.${name}`));
  }
  return { path, expected, actual };
}

function firstOf<T>(items: Iterable<T>, find: (item: T) => Difference | undefined): Difference | undefined {
  for (const item of items) {
    const found = find(item);
    if (found) return found;
  }
  return undefined;
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
