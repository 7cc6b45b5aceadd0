import { readFileSync } from "node:fs";
import packageJson from "../package.json" with { type: "json" };
import type { CommandIo } from "./cli/command-io.ts";
import { help, readCommandLine, type ServeOptions } from "./cli/command-line.ts";
import { exitCode } from "./cli/exit-code.ts";
import { runKeysCommand } from "./cli/keys-command.ts";
import { runPlanCommand } from "./cli/plan-command.ts";
import { runSchemaCommand } from "./cli/schema-command.ts";
import { runValidateCommand } from "./cli/validate-command.ts";
import { writeAll } from "./cli/write-all.ts";
import { explainStartFailure, serve } from "./server/serve.ts";
import type { Signals, Surroundings } from "./server/surroundings.ts";
import { superviseWorkers } from "./server/workers/supervise.ts";
import { workerVariable } from "./server/workers/worker-process.ts";
import { sitDown } from "./server/workers/worker-seat.ts";

const STDOUT = 1;
const STDERR = 2;

const io: CommandIo = {
  environment: process.env,
  readFile(path) {
    try {
      return readFileSync(path, "utf8");
    } catch (error) {
      if ((error as { code?: string }).code === "ENOENT") return undefined;
      throw error;
    }
  },
  stdout: (text) => writeAll(STDOUT, text),
  stderr: (text) => writeAll(STDERR, text),
};

// No `await` here: a file with one at its top cannot be compiled ahead (router/bundle.ts).
run(process.argv.slice(2)).then(
  (code) => process.exit(code),
  (error) => {
    console.error(error);
    process.exit(exitCode.invalid);
  },
);

async function run(args: readonly string[]): Promise<number> {
  const command = readCommandLine(args, process.env);
  switch (command.kind) {
    case "serve":
      return startServing(command.options);
    case "validate":
      return runValidateCommand(command.args, io);
    case "schema":
      return runSchemaCommand(command.args, io);
    case "plan":
      return runPlanCommand(command.args, io);
    case "keys":
      return runKeysCommand(command.args, io);
    case "version":
      io.stdout(`${packageJson.version}\n`);
      return exitCode.ok;
    case "help":
      io.stdout(help);
      return exitCode.ok;
    case "wrong":
      io.stderr(`${command.message}\n\n${help}`);
      return exitCode.usage;
  }
}

async function startServing(options: ServeOptions): Promise<number> {
  const surroundings = { environment: process.env, version: packageJson.version };
  const index = process.env[workerVariable];
  try {
    if (index !== undefined && process.send) return await serveAsWorker(Number(index), options, surroundings);
    const signals = readSignals();
    if (options.workers === 1) return await serve(options, { ...surroundings, signals });
    return await superviseWorkers(options, { ...surroundings, signals, command: ownCommand() });
  } catch (error) {
    const explained = explainStartFailure(error);
    if (!explained) throw error;
    io.stderr(`${explained.message}\n`);
    return explained.exitCode;
  }
}

function readSignals(): Signals {
  const stopped = Promise.withResolvers<string>();
  const stoppedAgain = Promise.withResolvers<void>();
  let isStopping = false;
  for (const signal of ["SIGTERM", "SIGINT"] as const) {
    process.on(signal, () => {
      if (isStopping) stoppedAgain.resolve();
      isStopping = true;
      stopped.resolve(signal);
    });
  }
  // From the start, since a signal that nobody handles ends the process.
  let isReloadWanted = false;
  let requestReload = () => {
    isReloadWanted = true;
  };
  process.on("SIGHUP", () => requestReload());
  return {
    stopped: stopped.promise,
    stoppedAgain: stoppedAgain.promise,
    onReload(reload) {
      requestReload = reload;
      if (isReloadWanted) reload();
    },
    onUncaught,
  };
}

function onUncaught(report: (error: unknown) => void): void {
  for (const event of ["uncaughtException", "unhandledRejection"] as const) process.on(event, report);
}

function ownCommand(): string[] {
  return [process.execPath, ...process.execArgv, Bun.main, ...process.argv.slice(2)];
}

async function serveAsWorker(
  index: number,
  options: ServeOptions,
  surroundings: Omit<Surroundings, "signals">,
): Promise<number> {
  for (const signal of ["SIGTERM", "SIGINT", "SIGHUP"] as const) process.on(signal, () => {});
  const { seat, signals } = sitDown(index, {
    send: (message) => process.send?.(message),
    onMessage: (receive) => process.on("message", receive),
    onDisconnect: (leave) => process.on("disconnect", leave),
    onUncaught,
  });
  return serve({ ...options, hotReload: false }, { ...surroundings, signals, seat });
}
