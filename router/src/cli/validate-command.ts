import { loadConfig, type Problem, printProblem, type ValidConfig } from "../config/router-config.ts";
import type { CommandIo } from "./command-io.ts";
import { printConfigReport } from "./config-report.ts";
import { exitCode } from "./exit-code.ts";

const usage = "Usage: router config validate [--report] FILE\n";

/** Says whether a file may be started with, without starting. */
export async function runValidateCommand(args: readonly string[], io: CommandIo): Promise<number> {
  const wantsReport = args.includes("--report");
  const [fileName, ...others] = args.filter((arg) => arg !== "--report");
  if (fileName === undefined || others.length > 0 || fileName.startsWith("-")) {
    io.stderr(usage);
    return exitCode.usage;
  }
  const read = readConfigFile(fileName, io);
  if (read.kind === "failed") {
    io.stderr(`${fileName}: ${read.reason}\n`);
    return exitCode.invalid;
  }
  const loaded = loadConfig({ ...io, text: read.text, fileName, dev: false, refuseOlderKeys: true });
  if (loaded.kind === "invalid") {
    io.stderr(
      `${problemLines(loaded.problems, fileName)}${fileName}: ${count(loaded.problems.length, "problem")}\n`,
    );
    return exitCode.invalid;
  }
  if (wantsReport) {
    io.stdout(printConfigReport(loaded.report));
  }
  return sayVerdict(loaded, fileName, io);
}

type ReadFile = { kind: "read"; text: string } | { kind: "failed"; reason: string };

function readConfigFile(fileName: string, io: CommandIo): ReadFile {
  try {
    const text = io.readFile(fileName);
    return text === undefined ? { kind: "failed", reason: "there is no such file" } : { kind: "read", text };
  } catch (error) {
    return { kind: "failed", reason: error instanceof Error ? error.message : String(error) };
  }
}

function sayVerdict({ refused }: ValidConfig, fileName: string, io: CommandIo): number {
  if (refused.length === 0) {
    io.stdout(`${fileName}: valid\n`);
    return exitCode.ok;
  }
  const problems = refused.map((key) => ({ ...key, message: `this engine does not have ${key.feature}` }));
  io.stderr(problemLines(problems, fileName));
  io.stderr(`${fileName}: valid for Apollo Router, but not for this engine\n`);
  return exitCode.refused;
}

function problemLines(problems: readonly Problem[], fileName: string): string {
  return problems.map((problem) => `${printProblem(problem, fileName)}\n`).join("");
}

function count(amount: number, noun: string): string {
  return `${amount} ${noun}${amount === 1 ? "" : "s"}`;
}
