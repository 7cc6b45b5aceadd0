import { readFileSync } from "node:fs";
import packageJson from "../package.json" with { type: "json" };
import type { CommandIo } from "./cli/command-io.ts";
import { help, readCommandLine, type ServeOptions } from "./cli/command-line.ts";
import { exitCode } from "./cli/exit-code.ts";
import { runPlanCommand } from "./cli/plan-command.ts";
import { runSchemaCommand } from "./cli/schema-command.ts";
import { runValidateCommand } from "./cli/validate-command.ts";
import { explainStartFailure, serve } from "./server/serve.ts";

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
  stdout: (text) => process.stdout.write(text),
  stderr: (text) => process.stderr.write(text),
};

process.exit(await run(process.argv.slice(2)));

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
  try {
    return await serve(options, {
      environment: process.env,
      version: packageJson.version,
      stopped: new Promise((resolve) => {
        for (const signal of ["SIGTERM", "SIGINT"] as const) process.on(signal, () => resolve(signal));
      }),
      onReload: (reload) => process.on("SIGHUP", reload),
      sharesPorts: false,
    });
  } catch (error) {
    const explained = explainStartFailure(error);
    if (!explained) throw error;
    io.stderr(`${explained.message}\n`);
    return explained.exitCode;
  }
}
