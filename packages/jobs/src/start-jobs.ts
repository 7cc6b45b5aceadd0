import { EventEmitter } from "node:events";
import { type DatabaseServer, openPool, roleOf } from "@mycelium/database";
import {
  type JobHelpers,
  Logger,
  parseCronItems,
  type Runner,
  run,
  runMigrations,
  type TaskList,
  type WorkerEvents,
} from "graphile-worker";
import type pg from "pg";
import { type DeadJobs, deadJobs } from "./dead-jobs.ts";
import type { JobDefinition, JobRun } from "./job.ts";
import { registerProcess } from "./live-pools.ts";
import { forgetSteps, runStep } from "./steps.ts";

export interface JobsOptions {
  server: DatabaseServer;
  // biome-ignore lint/suspicious/noExplicitAny: each definition knows the payload of its own jobs.
  definitions: readonly JobDefinition<any>[];
  /** Jobs that run at once in this process. */
  concurrency?: number;
  pollMs?: number;
  onError?: (error: unknown, about: { task?: string; jobId?: string }) => void;
}

export interface Jobs extends DeadJobs, AsyncDisposable {
  /** Waits for the jobs that run. */
  close(): Promise<void>;
}

export const jobsSchema = "jobs";
/** graphile-worker's pool and the process's own connection. */
export const jobsConnections = 6;
const abandonedCheckMs = 10_000;

interface Envelope {
  payload: unknown;
  session?: { tenantId: string; userId: string | null; requestId: string | null } | null;
}

/** Sets up the queue's tables. Must have run before a job is added. */
export async function prepareJobs(server: DatabaseServer): Promise<void> {
  const pgPool = poolOf(server, 1, () => {});
  try {
    await runMigrations({ pgPool, schema: jobsSchema, logger: quiet });
  } finally {
    await pgPool.end();
  }
}

export async function startJobs(options: JobsOptions): Promise<Jobs> {
  const { server, definitions, concurrency = 4, pollMs = 2_000, onError = () => {} } = options;
  await prepareJobs(server);
  const pgPool = poolOf(server, jobsConnections - 1, (error) => onError(error, {}));
  const live = await registerProcess(server.roleUrl(jobsSchema, roleOf(jobsSchema)));
  await live.freeAbandoned();
  const events: WorkerEvents = new EventEmitter();
  const registered = new Promise<void>((resolve, reject) => {
    events.once("pool:create", ({ workerPool }) => live.add(workerPool.id).then(resolve, reject));
  });
  events.on("job:error", ({ error, job }) =>
    onError(error, { task: job.task_identifier, jobId: String(job.id) }),
  );
  events.on("job:success", ({ job }) => {
    forgetSteps(pgPool, String(job.id)).catch((error) => onError(error, {}));
  });
  const runner: Runner = await run({
    ...{ pgPool, schema: jobsSchema, concurrency, pollInterval: pollMs, events },
    logger: quiet,
    noHandleSignals: true,
    taskList: Object.fromEntries(
      definitions.map((definition) => [definition.name, toTask(definition, pgPool)]),
    ),
    parsedCronItems: parseCronItems(
      definitions.flatMap(({ name, cron }) => (cron === undefined ? [] : [{ task: name, match: cron }])),
    ),
  });
  await registered;
  const timer = setInterval(
    () => live.freeAbandoned().catch((error) => onError(error, {})),
    abandonedCheckMs,
  );

  async function close(): Promise<void> {
    clearInterval(timer);
    await runner.stop();
    await live.close();
    await pgPool.end();
  }

  return { ...deadJobs(pgPool), close, [Symbol.asyncDispose]: close };
}

/** For an operator, beside the processes that run the jobs. */
export function openDeadJobs(server: DatabaseServer): DeadJobs & AsyncDisposable {
  const pool = poolOf(server, 1, () => {});
  return { ...deadJobs(pool), [Symbol.asyncDispose]: () => pool.end() };
}

function toTask({ run: work }: JobDefinition, pool: pg.Pool): TaskList[string] {
  return async (given, { job, abortSignal }: JobHelpers) => {
    // A schedule's run has graphile-worker's own payload.
    const { payload, session } = given as Envelope;
    const id = String(job.id);
    const jobRun: JobRun = {
      id,
      attempt: job.attempts,
      session: session
        ? {
            tenantId: session.tenantId,
            userId: session.userId ?? undefined,
            requestId: session.requestId ?? undefined,
          }
        : undefined,
      signal: abortSignal ?? new AbortController().signal,
      step: (name, step) => runStep(pool, { jobId: id, name }, step),
    };
    await work(payload, jobRun);
  };
}

function poolOf(server: DatabaseServer, max: number, onError: (error: Error) => void): pg.Pool {
  const connectionString = server.roleUrl(jobsSchema, roleOf(jobsSchema));
  // graphile-worker asks for both.
  return openPool({ connectionString, max, onError }).on("connect", (client) => client.on("error", onError));
}

/** What matters comes by events. */
const quiet = new Logger(() => () => {});
