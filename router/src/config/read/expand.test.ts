// biome-ignore-all lint/suspicious/noTemplateCurlyInString: these are what the file is about
import { describe, expect, test } from "bun:test";
import { plainValue } from "./config-node.ts";
import { expandTree } from "./expand.ts";
import { readYamlTree } from "./yaml-tree.ts";

const files: Record<string, string> = { "/run/secret": "s3cret\n", "/run/number": "42\n" };

function expand(yamlValue: string, environment: Record<string, string> = {}) {
  const readFile = (path: string) => {
    if (path === "/run/locked") {
      throw new Error("permission denied");
    }
    return files[path];
  };
  const { root, problems } = expandTree(readYamlTree(`key: ${yamlValue}`).root, { environment, readFile });
  return { value: (plainValue(root) as { key: unknown }).key, problems };
}

const environment = {
  HOST: "api",
  PORT: "8080",
  EMPTY: "",
  ON: "true",
  NOTHING: "null",
  ZEROS: "007",
  FLOAT: "0.5",
};

describe("what a text becomes", () => {
  test.each<[string, unknown]>([
    ["plain", "plain"],
    ["${env.HOST}", "api"],
    ["http://${env.HOST}:${env.PORT}/x", "http://api:8080/x"],
    ["${env.PORT}", 8080],
    ["'${env.PORT}'", 8080],
    ["${env.FLOAT}", 0.5],
    ["${env.ON}", true],
    ["${env.NOTHING}", null],
    ["${env.ZEROS}", "007"],
    ["${env.EMPTY}", ""],
    ["${env.EMPTY:-other}", ""],
    ["${env.MISSING:-other}", "other"],
    ["${env.MISSING:-}", ""],
    ["${env.MISSING:-10}", 10],
    ["${env.MISSING:-a:-b}", "a:-b"],
    ["${file./run/secret}", "s3cret\n"],
    ["${file./run/number}", 42],
    ["${file./run/none}", "${file./run/none}"],
    ["${file./run/none:-fallback}", "fallback"],
    ["$$first $$second", "$first $second"],
    ["$${env.HOST}", "${env.HOST}"],
    ["^a$", "^a$"],
    ["a$/b", "a$/b"],
    ["'${env.HOST'", "${env.HOST"],
  ])("%s", (text, value) => {
    expect(expand(text, environment)).toEqual({ value, problems: [] });
  });
});

describe("what cannot be expanded", () => {
  test.each([
    ["${env.MISSING}", "the environment variable MISSING is not set"],
    ["${HOST}", 'cannot expand "HOST": a variable must begin with "env." or "file."'],
    ["$HOST", 'cannot expand "HOST": a variable must begin with "env." or "file."'],
    ["${file./run/locked}", "cannot read the file /run/locked: permission denied"],
  ])("%s", (text, message) => {
    const { problems } = expand(text, environment);
    expect(problems).toEqual([{ position: { line: 1, column: 6 }, path: "key", message }]);
  });
});

test("a number in the file stays what it is", () => {
  expect(expand("'8080'").value).toBe("8080");
});

test("a prefix is put before every variable", () => {
  const prefixed = { APOLLO_ROUTER_CONFIG_ENV_PREFIX: "TEST", TEST_HOST: "one", HOST: "two" };
  expect(expand("${env.HOST}", prefixed).value).toBe("one");
});

test("the kinds of variables can be limited", () => {
  const limited = { APOLLO_ROUTER_CONFIG_SUPPORTED_MODES: "env", HOST: "one" };
  expect(expand("${env.HOST}", limited).value).toBe("one");
  expect(expand("${file./run/secret}", limited).problems).toHaveLength(1);
});
