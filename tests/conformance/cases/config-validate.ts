import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { differences } from "../differences.ts";
import type { Case, Difference, Section } from "../harness/case.ts";
import { type Engine, routerEnvironment, routerPath } from "../harness/start-router.ts";

const exits = (
  name: string,
  yaml: string,
  codes: { mycelium: number; apollo: number },
  differs?: Difference,
): Case => ({
  name,
  check: async ({ engine, equal }) => equal(await validate(engine, yaml), codes[engine], "exit code"),
  ...(differs && { differs }),
});
const valid = { mycelium: 0, apollo: 0 };
const invalid = { mycelium: 1, apollo: 1 };

export const configValidate: Section = {
  name: "config validate",
  yaml: "{}",
  cases: [
    exits("an empty file", "{}", valid),
    exits(
      "a good file",
      "supergraph: { introspection: true }\ntraffic_shaping: { all: { timeout: 5s } }",
      valid,
    ),
    exits("an unknown key", "supergrph: {}", invalid),
    exits("an unknown key deep inside", "traffic_shaping: { router: { time_out: 5s } }", invalid),
    exits("a wrong type", "supergraph: { introspection: maybe }", invalid),
    exits("malformed yaml", "supergraph: { introspection: true", invalid),
    exits(
      "a variable with a default",
      `supergraph: { listen: "\${env.NOT_SET_ANYWHERE:-127.0.0.1:4000}" }`,
      valid,
    ),
    exits("a variable that is not set", `supergraph: { listen: "\${env.NOT_SET_ANYWHERE}" }`, invalid),
    exits("the older cors.origins", "cors: { origins: ['https://a.example'] }", invalid),
    exits(
      "a bad duration",
      "traffic_shaping: { all: { timeout: soon } }",
      { mycelium: 1, apollo: 0 },
      {
        why: differences.durations,
        apollo: {},
      },
    ),
    exits(
      "Rhai",
      "rhai: { scripts: /tmp, main: main.rhai }",
      { mycelium: 3, apollo: 0 },
      {
        why: differences.missingFeatures,
        apollo: {},
      },
    ),
  ],
};

async function validate(engine: Engine, yaml: string): Promise<number> {
  const folder = await mkdtemp(join(tmpdir(), "conformance-"));
  const path = join(folder, "router.yaml");
  try {
    await writeFile(path, yaml);
    const child = Bun.spawn([routerPath(engine), "config", "validate", path], {
      stdout: "ignore",
      stderr: "ignore",
      env: routerEnvironment(),
    });
    return await child.exited;
  } finally {
    await rm(folder, { recursive: true });
  }
}
