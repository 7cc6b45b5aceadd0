import type { DomainEvent } from "./event.ts";

export interface Subscription {
  /** Consumers of one group share its events; each group gets all of them. */
  group: string;
  types: readonly string[];
  /** Must bear the same event twice: see `handleOnce`. Throws to have it again later. */
  handle(event: DomainEvent): Promise<void>;
  /** Events handled at the same time; 4 by default. */
  concurrency?: number;
}

export interface DeadLetter {
  event: DomainEvent;
  group: string;
  attempts: number;
  error: string;
  deadAt: Date;
}

/**
 * At least once, to every group that had subscribed before; in no promised order. An event that fails is tried again
 * with growing pauses and then put aside as a dead letter.
 */
export interface EventBus extends AsyncDisposable {
  publish(events: readonly DomainEvent[]): Promise<void>;
  /** Resolves when the group will miss nothing more. Disposing waits for what is being handled. */
  subscribe(subscription: Subscription): Promise<AsyncDisposable>;
  deadLetters(group: string, limit?: number): Promise<DeadLetter[]>;
  /** Hands dead letters out again: all of a group, or those named. */
  reviveDead(group: string, eventIds?: readonly string[]): Promise<number>;
  /** Hands a group everything again that was published since. */
  replay(options: { group: string; since: Date }): Promise<number>;
  close(): Promise<void>;
}

export interface BusOptions {
  attemptsMax?: number;
  /** How long a consumer may take over an event before another gets it. */
  leaseMs?: number;
  /** How often it looks when nothing has told it to. */
  pollMs?: number;
  /** The first pause before a retry; each further one is twice as long. */
  backoffMs?: number;
  onError?: (error: unknown, about: { group?: string; event?: DomainEvent }) => void;
}

export type ResolvedBusOptions = Required<BusOptions>;

export function resolveBusOptions(options: BusOptions): ResolvedBusOptions {
  return {
    attemptsMax: 5,
    leaseMs: 60_000,
    pollMs: 1_000,
    backoffMs: 1_000,
    onError: () => {},
    ...options,
  };
}

const backoffMsMax = 15 * 60_000;

export function pauseAfter(attempts: number, { backoffMs }: ResolvedBusOptions): number {
  return Math.min(backoffMs * 2 ** (attempts - 1), backoffMsMax);
}

export const defaultConcurrency = 4;
export const eventBytesMax = 256_000;

/** Kept with a dead letter. */
export function describeError(error: unknown): string {
  return (error instanceof Error ? `${error.name}: ${error.message}` : String(error)).slice(0, 1_000);
}
