import type { ServeOptions } from "../../cli/command-line.ts";
import { exitCode } from "../../cli/exit-code.ts";
import type { RouterConfig } from "../../config/router-config.ts";
import { createLogger } from "../../telemetry/log/create-logger.ts";
import { readLogFilter } from "../../telemetry/log/log-filter.ts";
import { openStandardOutput } from "../../telemetry/log/standard-output.ts";
import { checkAddressIsFree } from "../check-address.ts";
import { readConfiguration } from "../read-inputs.ts";
import { Reloads } from "../reloads.ts";
import type { Surroundings } from "../surroundings.ts";
import { watchInputs } from "../watch-inputs.ts";
import { listenAddresses } from "./check-shared-state.ts";
import { Crew } from "./crew.ts";

export interface ParentSurroundings extends Omit<Surroundings, "seat"> {
  /** How this same program is started. */
  command: readonly string[];
}

/** Serves with several processes that share their ports. Resolves to the exit code. */
export async function superviseWorkers(
  options: ServeOptions,
  { environment, version, signals, command }: ParentSurroundings,
): Promise<number> {
  const watch = watchInputs(options);
  const { config } = await readConfiguration(options, environment);
  for (const listen of listenAddresses(config)) checkAddressIsFree(listen);
  const logger = createLogger(config.telemetry.exporters.logging, {
    level: readLogFilter(options.log),
    environment,
    version,
    isTerminal: process.stdout.isTTY,
    destination: openStandardOutput(),
  });
  const crew = new Crew({
    size: options.workers,
    command,
    environmentOf: () => (config.telemetry.exporters.metrics.otlp.enabled ? named(environment) : environment),
    logger,
  });
  let stopTimeoutMs = stopTimeoutOf(config);
  const failure = await startUnlessStopped(crew, signals.stopped);
  if (failure !== undefined) return failure;
  logger.info(`${options.workers} workers serve`);

  const reloads = new Reloads(async () => {
    const isReloaded = await crew.reload();
    if (isReloaded) stopTimeoutMs = stopTimeoutOf((await readConfiguration(options, environment)).config);
    return isReloaded;
  });
  const requestReload = () => void reloads.request();
  watch.onChange(requestReload);
  signals.onReload(requestReload);

  const reason = await Promise.race([signals.stopped, crew.gaveUp]);
  watch.close();
  reloads.stop();
  if (reason === undefined) {
    logger.fatal("no worker stays alive: giving up");
    crew.kill();
    return exitCode.invalid;
  }
  return stopCrew(crew, { reason, stopTimeoutMs, stoppedAgain: signals.stoppedAgain });
}

/** What a worker may take to send its telemetry after the last answer. */
const stopSlackMs = 5_000;

function stopTimeoutOf({ supergraph }: RouterConfig): number {
  return Math.min(supergraph.connectionShutdownTimeoutMs + stopSlackMs, timerMsMax);
}

/** setTimeout fires at once when its delay does not fit into 31 bits. */
const timerMsMax = 2_147_483_647;

/**
 * To a collector, two processes with the same resource are one whose counters jump.
 * https://opentelemetry.io/docs/specs/semconv/registry/attributes/service/
 */
function named(environment: Surroundings["environment"]): Surroundings["environment"] {
  const given = environment.OTEL_RESOURCE_ATTRIBUTES;
  const name = `service.instance.id=${crypto.randomUUID()}`;
  return { ...environment, OTEL_RESOURCE_ATTRIBUTES: given ? `${given},${name}` : name };
}

/** The exit code of a first worker that did not come to serve; it has said why. */
async function startUnlessStopped(crew: Crew, stopped: Promise<string>): Promise<number | undefined> {
  return Promise.race([crew.start(), stopped.then(() => undefined)]);
}

interface Stopping {
  reason: string;
  stopTimeoutMs: number;
  stoppedAgain: Promise<void>;
}

async function stopCrew(crew: Crew, { reason, stopTimeoutMs, stoppedAgain }: Stopping): Promise<number> {
  const stuck = setTimeout(() => crew.kill(), stopTimeoutMs);
  let wasCut = false;
  void stoppedAgain.then(() => {
    wasCut = true;
    crew.kill();
  });
  const endedWell = await crew.stop(reason);
  clearTimeout(stuck);
  if (wasCut) return exitCode.interrupted;
  return endedWell ? exitCode.ok : exitCode.invalid;
}
