import { parseArgs } from "node:util";
import { deriveContextKey, toKeySet } from "@mycelium/signed-context";
import { createApiKey } from "../auth/api-keys/api-key.ts";
import { loadConfig, printProblem } from "../config/router-config.ts";
import { parseDuration } from "../config/schema/duration.ts";
import type { CommandIo } from "./command-io.ts";
import { exitCode } from "./exit-code.ts";

const usage = `Usage: router keys create [--user U] [--tenant T] [--role R]… [--scope S]… [--plan P] [--expires 90d]
       router keys context --subgraph NAME --config FILE
`;

/** Makes API keys, and the keys by which a subgraph verifies signed contexts. */
export function runKeysCommand([name, ...args]: readonly string[], io: CommandIo): number {
  try {
    if (name === "create") return createKey(args, io);
    if (name === "context") return printContextKeys(args, io);
  } catch (error) {
    io.stderr(`${error instanceof Error ? error.message : String(error)}\n`);
  }
  io.stderr(usage);
  return exitCode.usage;
}

/** The line goes to standard output, so that `>> keys` keeps it; the key is for the eyes of whoever asked for it. */
function createKey(args: readonly string[], io: CommandIo): number {
  const { values } = parseArgs({
    args: [...args],
    strict: true,
    options: {
      user: { type: "string" },
      tenant: { type: "string" },
      role: { type: "string", multiple: true, default: [] },
      scope: { type: "string", multiple: true, default: [] },
      plan: { type: "string" },
      expires: { type: "string" },
    },
  });
  const { role, scope, expires, ...who } = values;
  const { key, line } = createApiKey({
    ...who,
    roles: role,
    scopes: scope,
    expires: expires === undefined ? undefined : readExpiry(expires),
  });
  io.stderr(`The key, shown this once:\n${key}\nIts line for the file of API keys:\n`);
  io.stdout(`${line}\n`);
  return exitCode.ok;
}

function readExpiry(text: string): string {
  const durationMs = parseDuration(text);
  const endMs = durationMs === undefined ? Date.parse(text) : Date.now() + durationMs;
  if (Number.isNaN(endMs)) throw new TypeError("--expires takes a duration such as 90d, or a date");
  return new Date(endMs).toISOString();
}

function printContextKeys(args: readonly string[], io: CommandIo): number {
  const { values } = parseArgs({
    args: [...args],
    strict: true,
    options: { subgraph: { type: "string" }, config: { type: "string", short: "c" } },
  });
  const { subgraph, config: fileName } = values;
  if (subgraph === undefined || fileName === undefined) throw new TypeError("needs --subgraph and --config");
  const text = io.readFile(fileName);
  if (text === undefined) throw new TypeError(`there is no file ${fileName}`);
  const loaded = loadConfig({ ...io, text, fileName, dev: false });
  if (loaded.kind === "invalid") {
    io.stderr(loaded.problems.map((problem) => `${printProblem(problem, fileName)}\n`).join(""));
    return exitCode.invalid;
  }
  const context = loaded.config.plugins["mycelium.context"];
  if (!context) throw new TypeError(`${fileName} has no plugins: mycelium.context`);
  const keys = context.keys.map((key) => deriveContextKey(key, subgraph));
  io.stdout(`${JSON.stringify(toKeySet(keys))}\n`);
  return exitCode.ok;
}
