// biome-ignore-all lint/suspicious/noTemplateCurlyInString: the yaml has them
import { describe, expect, test } from "bun:test";
import { readFileSync } from "node:fs";
import { runSchemaCommand } from "./schema-command.ts";
import { runValidateCommand } from "./validate-command.ts";

const defaultFile = readFileSync(new URL("../../../config/router.yaml", import.meta.url), "utf8");

function commandIo(files: Record<string, string>) {
  const written = { stdout: "", stderr: "" };
  return {
    written,
    environment: { LISTEN: "127.0.0.1:4001" },
    readFile: (path: string) => {
      if (path === "locked.yaml") {
        throw new Error("permission denied");
      }
      return files[path];
    },
    stdout: (text: string) => {
      written.stdout += text;
    },
    stderr: (text: string) => {
      written.stderr += text;
    },
  };
}

async function validate(args: string[], text = "") {
  const io = commandIo({ "router.yaml": text });
  return { code: await runValidateCommand(args, io), ...io.written };
}

describe("config validate", () => {
  test("the file that comes with the router is valid, and all of it has an effect", async () => {
    const { code, stdout, stderr } = await validate(["router.yaml", "--report"], defaultFile);
    expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
    expect(stdout).toContain(" 0 without effect, 0 refused\n");
    expect(stdout.endsWith("router.yaml: valid\n")).toBe(true);
  });

  test("variables come from the environment", async () => {
    expect((await validate(["router.yaml"], "supergraph: { listen: '${env.LISTEN}' }")).code).toBe(0);
    expect((await validate(["router.yaml"], "supergraph: { listen: '${env.NONE}' }")).code).toBe(1);
  });

  test("says file, line, column and the nearest key", async () => {
    const { code, stdout, stderr } = await validate(
      ["router.yaml"],
      "\nsupergraph:\n  lisen: 1\n  path: x\n",
    );
    expect({ code, stdout }).toEqual({ code: 1, stdout: "" });
    expect(stderr.split("\n")).toEqual([
      'router.yaml:3:3: supergraph.lisen: unknown key; did you mean "listen"?',
      'router.yaml:4:9: supergraph.path: "x" must start with "/"',
      "router.yaml: 2 problems",
      "",
    ]);
  });

  test("refuses keys of earlier releases, which a start would rewrite", async () => {
    const { code, stderr } = await validate(["router.yaml"], "cors: { origins: [] }");
    expect(code).toBe(1);
    expect(stderr).toContain('router.yaml:1:9: cors.origins: is an older key; use "cors.policies[].origins"');
  });

  test("tells what this engine does not have by its own exit code", async () => {
    const text = "rhai: {}\nreload: { max_retries: 1 }\napq: { enabled: true }";
    const { code, stdout, stderr } = await validate(["--report", "router.yaml"], text);
    expect(code).toBe(3);
    expect(stderr).toContain("router.yaml:1:1: rhai: this engine does not have Rhai scripts");
    expect(stdout.split("\n")).toEqual([
      "LINE  KEY                 HERE            WHY",
      "   1  rhai                refused         Rhai scripts",
      "   2  reload.max_retries  without effect  a reload that failed is tried again when its file changes",
      "   3  apq.enabled         supported",
      "",
      "1 supported, 1 without effect, 1 refused",
      "",
    ]);
  });

  test.each([
    [["none.yaml"], 1, "none.yaml: there is no such file\n"],
    [["locked.yaml"], 1, "locked.yaml: permission denied\n"],
    [[], 2, "Usage: router config validate [--report] FILE\n"],
    [["a", "b"], 2, "Usage: router config validate [--report] FILE\n"],
    [["--what"], 2, "Usage: router config validate [--report] FILE\n"],
  ])("%j ends with %d", async (args, code, stderr) => {
    expect(await validate(args)).toEqual({ code, stdout: "", stderr });
  });
});

describe("config schema", () => {
  const printed = async () => {
    const io = commandIo({});
    expect(await runSchemaCommand([], io)).toBe(0);
    return JSON.parse(io.written.stdout);
  };

  test("knows types, defaults, required keys and what contains itself", async () => {
    const schema = await printed();
    expect(schema.additionalProperties).toBe(false);
    expect(schema.properties.supergraph.properties.listen).toMatchObject({
      type: "string",
      default: "127.0.0.1:4000",
    });
    expect(schema.properties.demand_control.required).toEqual(["enabled", "mode", "strategy"]);
    expect(schema.properties.limits.properties.router.properties.max_depth.type).toEqual(["integer", "null"]);
    const { not } = schema.definitions.RouterCondition.anyOf[6].properties;
    expect(not).toEqual({ $ref: "#/definitions/RouterCondition" });
  });

  test("refers to nothing that it does not define", async () => {
    const schema = await printed();
    const references = [...JSON.stringify(schema).matchAll(/"#\/definitions\/(\w+)"/g)].map(
      ([, name]) => name ?? "",
    );
    expect(references.length).toBeGreaterThan(10);
    expect(references.filter((name) => !(name in schema.definitions))).toEqual([]);
  });

  test("takes no arguments", async () => {
    const io = commandIo({});
    expect(await runSchemaCommand(["x"], io)).toBe(2);
  });
});
