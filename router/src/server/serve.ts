import { createAuthenticationState } from "../auth/authentication.ts";
import type { ServeOptions } from "../cli/command-line.ts";
import { exitCode } from "../cli/exit-code.ts";
import { printProblem } from "../config/router-config.ts";
import { createCacheMemory } from "../entity-cache/cache-memory.ts";
import { ManifestError } from "../persisted-queries/manifest.ts";
import { createOverloadGuard } from "../pipeline/overload-guard.ts";
import { MemoryCounter } from "../rate-limit/memory-counter.ts";
import { RedisError } from "../redis/redis-error.ts";
import { SupergraphError } from "../supergraph/read-supergraph.ts";
import type { SupergraphSource } from "../supergraph/supergraph-source.ts";
import { createTelemetry } from "../telemetry/create-telemetry.ts";
import type { Telemetry } from "../telemetry/observer.ts";
import { telemetryOf } from "../telemetry/telemetry-of.ts";
import { ListenError } from "./check-address.ts";
import { ForcedReloads } from "./forced-reloads.ts";
import { Listeners } from "./listeners.ts";
import { LiveRouter } from "./live-router.ts";
import { openSupergraph } from "./open-supergraph.ts";
import { InputError, readInputs } from "./read-inputs.ts";
import { Reloads } from "./reloads.ts";
import type { Surroundings } from "./surroundings.ts";
import { watchInputs } from "./watch-inputs.ts";

/** Serves until the process is asked to stop. Resolves to the exit code. */
export async function serve(options: ServeOptions, surroundings: Surroundings): Promise<number> {
  const { environment, version, signals, seat } = surroundings;
  const watch = watchInputs(options);
  const supergraph = openSupergraph(options, environment);
  const inputs = await readInputs(options, { environment, supergraph });
  const { config } = inputs;
  const telemetry = createTelemetry(telemetryOf(config), { logFilter: options.log, environment, version });
  const { logger } = telemetry;
  signals.onUncaught((error) => logger.error({ err: error }, "an error was not caught"));
  const speaks = seat?.isSpeaker ?? true;
  const listeners = new Listeners({ idleTimeoutSeconds, reusePort: seat !== undefined });
  const overload = createOverloadGuard();
  const live = new LiveRouter({
    listeners,
    telemetry,
    overload,
    authenticationState: createAuthenticationState(),
    cacheMemory: createCacheMemory(),
    rateCounts: new MemoryCounter(),
    environment,
    transportFor: surroundings.transportFor,
    shared: seat,
  });
  const forced = new ForcedReloads(() => requestReload());
  const { onReloaded } = surroundings;
  const given = { environment, supergraph, live, telemetry, speaks, forced, onReloaded };
  if (speaks) supergraph.onNote((level, message) => logger[level](message));
  await live.take(inputs);
  await supergraph.settle("serves");
  telemetry.meters.stateChanged("startup", "running");
  if (speaks) {
    for (const warning of inputs.warnings) logger.warn(printProblem(warning, options.configPath ?? ""));
    for (const { name, url } of live.addresses) logger.info(`${name} exposed at ${url}`);
  }
  surroundings.onServing?.(live.addresses, live);

  const reloads = new Reloads(() => reload(options, given));
  const requestReload = () => void reloads.request();
  watch.onChange(requestReload);
  supergraph.onChange(requestReload);
  signals.onReload(requestReload);
  forced.follow(config);
  seat?.take({
    isReady: () => live.isReady,
    renderMetrics: () => telemetry.renderPrometheus(),
    reload: () => reloads.request(),
  });

  const reason = await signals.stopped;
  watch.close();
  supergraph.close();
  forced.stop();
  reloads.stop();
  logger.info(`${reason}: finishing ${listeners.requestsUnderWay} requests`);
  const outcome = await Promise.race([live.drain(), signals.stoppedAgain.then(() => "cut" as const)]);
  if (outcome === "cut") return exitCode.interrupted;
  await live.close();
  overload.close();
  await telemetry.shutdown(telemetryFlushMs);
  return exitCode.ok;
}

const idleTimeoutSeconds = 60;
const telemetryFlushMs = 3_000;

const readableErrors = [SupergraphError, ListenError, RedisError, ManifestError];

/** One clear line for what is wrong with what the router was started with. */
export function explainStartFailure(error: unknown): { message: string; exitCode: number } | undefined {
  if (error instanceof InputError) return error;
  if (readableErrors.some((kind) => error instanceof kind)) {
    return { message: (error as Error).message, exitCode: exitCode.invalid };
  }
  return undefined;
}

interface Running {
  environment: Surroundings["environment"];
  supergraph: SupergraphSource;
  live: LiveRouter;
  telemetry: Telemetry;
  speaks: boolean;
  forced: ForcedReloads;
  onReloaded: Surroundings["onReloaded"];
}

async function reload(options: ServeOptions, running: Running): Promise<boolean> {
  const { supergraph, live, telemetry, speaks, forced, onReloaded } = running;
  const { logger, meters } = telemetry;
  try {
    const inputs = await readInputs(options, running);
    await live.take(inputs);
    await supergraph.settle("serves");
    forced.follow(inputs.config);
    meters.stateChanged("reload", "running");
    onReloaded?.();
    if (speaks) logger.info("reloaded configuration and supergraph");
    return true;
  } catch (error) {
    // Anything else, such as a port that is taken, is no fault of the supergraph's: it is read again next time.
    if (error instanceof SupergraphError) await supergraph.settle("refused");
    meters.stateChanged("reload_failed", "running");
    const explained = explainStartFailure(error);
    if (!explained) logger.error({ err: error }, "reload failed; the router serves on as before");
    else logger.error(`reload failed; the router serves on as before: ${explained.message}`);
    return false;
  }
}
