import { isDeepStrictEqual } from "node:util";
import type { Answer, Expected, ExpectedError, ExpectedJson } from "./case.ts";

/** Counts what was compared and keeps what was not as expected. */
export class Judge {
  assertions = 0;
  readonly mistakes: string[] = [];

  equal = (actual: unknown, expected: unknown, what: string): void => {
    const matches =
      expected instanceof RegExp
        ? typeof actual === "string" && expected.test(actual)
        : isDeepStrictEqual(actual, expected);
    this.ok(matches, `${what}: expected ${show(expected)}, got ${show(actual)}`);
  };

  ok = (condition: boolean, what: string): void => {
    this.assertions++;
    if (!condition) this.mistakes.push(what);
  };

  answer(answer: Answer, expected: Expected): void {
    if (expected.status !== undefined) this.equal(answer.status, expected.status, "status");
    for (const [name, value] of Object.entries(expected.headers ?? {}))
      this.equal(answer.headers.get(name), value, name);
    if (typeof expected.text === "string") this.equal(answer.text, expected.text, "text");
    else if (expected.text) this.ok(expected.text.test(answer.text), `text: ${answer.text.slice(0, 300)}`);
    if (expected.json) this.json(answer.json, expected.json);
  }

  private json(actual: Answer["json"], expected: ExpectedJson): void {
    this.equal(Object.keys(actual ?? {}).sort(), Object.keys(expected).sort(), "keys of the answer");
    if ("data" in expected) this.equal(actual?.data, expected.data, "data");
    if ("extensions" in expected) this.equal(actual?.extensions, expected.extensions, "extensions");
    if (!expected.errors) return;
    this.equal(actual?.errors?.length, expected.errors.length, "number of errors");
    for (const [index, error] of expected.errors.entries())
      this.error(actual?.errors?.[index] ?? {}, error, `errors[${index}]`);
  }

  private error(actual: Record<string, unknown>, expected: ExpectedError, where: string): void {
    const { code, ...keys } = expected;
    for (const [key, value] of Object.entries(keys)) this.equal(actual[key], value, `${where}.${key}`);
    if (code === undefined) return;
    const extensions = actual.extensions as { code?: unknown } | undefined;
    this.equal(extensions?.code, code, `${where}.extensions.code`);
  }
}

function show(value: unknown): string {
  return value instanceof RegExp ? String(value) : (JSON.stringify(value) ?? "nothing");
}
