import { describe, expect, test } from "bun:test";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { sections } from "./cases/sections.ts";
import { differences } from "./differences.ts";

const cases = sections.flatMap((section) => section.cases.map((oneCase) => ({ section, ...oneCase })));

describe("the conformance suite", () => {
  test("has a row in docs/engines.md for each difference, and no other rows", () => {
    const page = readFileSync(join(import.meta.dir, "../../docs/engines.md"), "utf8");
    const [, section = ""] = page.split(/^## /m);
    const rows = section.match(/(?<=^\| .* \| ).*(?= \|$)/gm)?.slice(1);
    expect(rows?.sort()).toEqual(Object.values<string>(differences).sort());
  });

  test("has a case for each difference", () => {
    const used = new Set(cases.flatMap(({ differs }) => (differs ? [differs.why] : [])));
    expect([...used].sort()).toEqual(Object.values<string>(differences).sort());
  });

  test("names each case once in its section", () => {
    const names = cases.map(({ section, name }) => `${section.name}: ${name}`);
    expect(names.filter((name, index) => names.indexOf(name) !== index)).toEqual([]);
  });

  test("judges every case", () => {
    const idle = cases.filter(
      ({ expect: expected, check }) => !check && Object.keys(expected ?? {}).length === 0,
    );
    expect(idle.map(({ name }) => name)).toEqual([]);
  });
});
