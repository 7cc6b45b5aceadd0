import { readFileSync } from "node:fs";
import { readFile } from "node:fs/promises";
import type { ServeOptions } from "../cli/command-line.ts";
import { exitCode } from "../cli/exit-code.ts";
import { loadConfig, printProblem, type ValidConfig } from "../config/router-config.ts";
import type { SupergraphSource } from "../supergraph/supergraph-source.ts";
import { findUnsupported } from "../telemetry/compile-telemetry.ts";
import { telemetryOf } from "../telemetry/telemetry-of.ts";
import { findUnshareable } from "./workers/check-shared-state.ts";

/** The router cannot be made from what it was given. The message is for the person who gave it. */
export class InputError extends Error {
  constructor(
    message: string,
    readonly exitCode: number,
  ) {
    super(message);
  }
}

export type Environment = Readonly<Record<string, string | undefined>>;

/** What a router is made from, as the files say now. */
export async function readInputs(
  options: ServeOptions,
  { environment, supergraph }: { environment: Environment; supergraph: SupergraphSource },
) {
  const { config, warnings } = await readConfiguration(options, environment);
  return { config, warnings, supergraphSdl: await supergraph.read() };
}

export async function readConfiguration(
  options: ServeOptions,
  environment: Environment,
): Promise<ValidConfig> {
  const fileName = options.configPath ?? "the built-in configuration";
  const loaded = loadConfig({
    text: options.configPath === undefined ? "" : await readText(options.configPath),
    fileName,
    environment,
    readFile: readIfThere,
    dev: options.dev,
    ...(options.listen !== undefined && { listen: options.listen }),
  });
  if (loaded.kind === "invalid") {
    const lines = loaded.problems.map((problem) => printProblem(problem, fileName));
    throw new InputError(lines.join("\n"), exitCode.invalid);
  }
  if (loaded.refused.length > 0) {
    const lines = loaded.refused.map((key) =>
      printProblem({ ...key, message: `this engine does not have ${key.feature}` }, fileName),
    );
    throw new InputError(lines.join("\n"), exitCode.refused);
  }
  const unsupported = findUnsupported(telemetryOf(loaded.config));
  if (unsupported !== undefined) {
    throw new InputError(`${fileName}: this engine does not have ${unsupported}`, exitCode.refused);
  }
  const unshareable = options.workers > 1 ? findUnshareable(loaded.config, options.workers) : undefined;
  if (unshareable !== undefined) throw new InputError(unshareable, exitCode.invalid);
  return loaded;
}

async function readText(path: string): Promise<string> {
  try {
    return await readFile(path, "utf8");
  } catch (error) {
    const missing = (error as { code?: string }).code === "ENOENT";
    throw new InputError(
      missing ? `there is no file ${path}` : `cannot read ${path}: ${String(error)}`,
      exitCode.invalid,
    );
  }
}

function readIfThere(path: string): string | undefined {
  try {
    return readFileSync(path, "utf8");
  } catch (error) {
    if ((error as { code?: string }).code === "ENOENT") return undefined;
    throw error;
  }
}
