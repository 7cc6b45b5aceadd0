import type { DomainEvent } from "../entity-cache/invalidation/events.ts";
import type { RouterOptions } from "../router.ts";

export interface Surroundings {
  environment: Readonly<Record<string, string | undefined>>;
  version: string;
  signals: Signals;
  /** Where this process is one of several that share their ports. */
  seat?: WorkerSeat | undefined;
  /** How a subgraph in this process is reached. */
  transportFor?: RouterOptions["transportFor"];
  /** Calls back once, when clients can come. */
  onServing?(addresses: readonly Address[], cacheEvents: CacheEvents): void;
  /** Calls back each time that another configuration or supergraph has taken over. */
  onReloaded?(): void;
}

/** What the cache has to do with the events of a platform. */
export interface CacheEvents {
  /** As the configuration that serves now has them. */
  readonly cacheEventTypes: readonly string[];
  handleCacheEvent(event: DomainEvent): Promise<number>;
}

/** Something that answers, by the name that people are told. */
export interface Address {
  readonly name: string;
  readonly url: string;
}

export interface Signals {
  /** Resolves when the process is asked to stop, and why. */
  stopped: Promise<string>;
  /** Resolves when it is asked once more: then at once. */
  stoppedAgain: Promise<void>;
  /** Calls back each time the process is asked to reload. */
  onReload(reload: () => void): void;
  /** Calls back with what nothing caught. One request's bug must not end all the others. */
  onUncaught(report: (error: unknown) => void): void;
}

/** A worker's place among the processes that share its ports. */
export interface WorkerSeat extends SharedAnswers {
  /** What all would say in the same words is said by one. */
  readonly isSpeaker: boolean;
  /** Tells the parent that this worker serves, and answers its questions from now on. */
  take(worker: ServingWorker): void;
}

export interface ServingWorker {
  isReady(): boolean;
  renderMetrics(): string;
  reload(): Promise<boolean>;
}

/** What all processes that share a port answer together. */
export interface SharedAnswers {
  isReady(): Promise<boolean>;
  renderMetrics(): Promise<string>;
}
