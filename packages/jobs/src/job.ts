import type { TenantSession } from "@mycelium/database";

export interface JobDefinition<Payload = unknown> {
  /** `<schema>.<what it does>`: the schema's role alone may add it. */
  name: string;
  run(payload: Payload, job: JobRun): Promise<void>;
  /** Five fields, in UTC, as cron has them: `0 2 * * *`. Such a run has no payload and no session. */
  cron?: string;
}

export interface JobRun {
  id: string;
  /** 1, then one more after each failure. */
  attempt: number;
  /** Of the transaction that added the job. Undefined when a schedule did. */
  session: TenantSession | undefined;
  signal: AbortSignal;
  /**
   * Does the work once and keeps what it answers: later attempts are given that. The key is the same at each attempt,
   * for the provider to know the second call by, since a process can die between the work and the note of it.
   */
  step<Result>(name: string, work: (idempotencyKey: string) => Promise<Result>): Promise<Result>;
}

export interface NewJob<Payload> {
  payload: Payload;
  runAt?: Date;
  /** 10 by default; the pause grows from about 3 seconds to an hour. */
  attemptsMax?: number;
  /** A second job of this key takes the place of the first while that waits. */
  key?: string;
  /** Jobs of one queue run one after the other. */
  queue?: string;
}

export interface DeadJob {
  id: string;
  task: string;
  attempts: number;
  error: string | null;
  createdAt: Date;
}

export const defaultAttemptsMax = 10;
export const payloadBytesMax = 256_000;
