import type { ServeOptions } from "../cli/command-line.ts";
import { exitCode } from "../cli/exit-code.ts";
import { printProblem } from "../config/router-config.ts";
import { SupergraphError } from "../supergraph/read-supergraph.ts";
import { createTelemetry } from "../telemetry/create-telemetry.ts";
import type { Telemetry } from "../telemetry/observer.ts";
import { ListenError, Listeners } from "./listeners.ts";
import { type Inputs, LiveRouter } from "./live-router.ts";
import { type Environment, InputError, readConfiguration, readSupergraphText } from "./read-inputs.ts";
import { watchFiles } from "./watch-files.ts";

export interface Surroundings {
  environment: Environment;
  version: string;
  /** Resolves when the process is asked to stop. */
  stopped: Promise<string>;
  /** Calls back each time the process is asked to reload. */
  onReload(reload: () => void): void;
  /** Ports are shared with other processes of this router. */
  sharesPorts: boolean;
}

/** Serves until the process is asked to stop. Resolves to the exit code. */
export async function serve(options: ServeOptions, surroundings: Surroundings): Promise<number> {
  const configuration = await readConfiguration(options, surroundings.environment);
  const { config } = configuration;
  const telemetry = createTelemetry(config.telemetry, {
    logFilter: options.log,
    environment: surroundings.environment,
    version: surroundings.version,
  });
  const { logger } = telemetry;
  for (const warning of configuration.warnings) logger.warn(printProblem(warning, options.configPath ?? ""));
  const listeners = new Listeners({ idleTimeoutSeconds: 60, reusePort: surroundings.sharesPorts });
  const live = new LiveRouter(listeners, telemetry);
  live.take({ config, supergraphSdl: await readSupergraphText(options) });
  logger.info(`GraphQL endpoint exposed at ${live.url}`);

  const stopWatching = keepCurrent(options, surroundings, { live, telemetry });
  const reason = await surroundings.stopped;
  stopWatching();
  logger.info(`${reason}: finishing ${listeners.requestsUnderWay} requests`);
  live.startDraining();
  await drain(listeners, config.supergraph.connectionShutdownTimeoutMs);
  live.close();
  await telemetry.shutdown(telemetryFlushMs);
  return exitCode.ok;
}

const telemetryFlushMs = 3_000;

/** One clear line for what is wrong with what the router was started with. */
export function explainStartFailure(error: unknown): { message: string; exitCode: number } | undefined {
  if (error instanceof InputError) return error;
  if (error instanceof SupergraphError || error instanceof ListenError) {
    return { message: error.message, exitCode: exitCode.invalid };
  }
  return undefined;
}

async function drain(listeners: Listeners, timeoutMs: number): Promise<void> {
  const timer = setTimeout(() => listeners.abandon(), timeoutMs);
  await listeners.drain();
  clearTimeout(timer);
}

interface Running {
  live: LiveRouter;
  telemetry: Telemetry;
}

/** Reloads on SIGHUP and, with `--hot-reload`, when a file changes. Reloads never overlap. */
function keepCurrent(
  options: ServeOptions,
  { environment, onReload }: Surroundings,
  running: Running,
): () => void {
  let underWay = false;
  let wanted = false;
  const request = async (): Promise<void> => {
    wanted = true;
    if (underWay) return;
    underWay = true;
    while (wanted) {
      wanted = false;
      await reload(options, environment, running);
    }
    underWay = false;
  };
  onReload(() => void request());
  const files = [options.configPath, options.supergraphPath].filter((path) => path !== undefined);
  return options.hotReload ? watchFiles(files, () => void request()) : () => {};
}

async function reload(
  options: ServeOptions,
  environment: Environment,
  { live, telemetry }: Running,
): Promise<void> {
  const { logger, meters } = telemetry;
  try {
    const inputs: Inputs = {
      config: (await readConfiguration(options, environment)).config,
      supergraphSdl: await readSupergraphText(options),
    };
    live.take(inputs);
    telemetry.reconfigure(inputs.config.telemetry);
    meters.stateChanged("reload", "running");
    logger.info("reloaded configuration and supergraph");
  } catch (error) {
    meters.stateChanged("reload_failed", "running");
    const explained = explainStartFailure(error);
    if (!explained) logger.error({ err: error }, "reload failed; the router serves on as before");
    else logger.error(`reload failed; the router serves on as before: ${explained.message}`);
  }
}
