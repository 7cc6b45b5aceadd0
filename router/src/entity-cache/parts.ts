import type { RequestObserver, ResponseCacheMeters } from "../telemetry/observer.ts";
import type { CacheFacts } from "./cache-facts.ts";
import type { Form } from "./forms/form.ts";
import type { InvalidationLog } from "./invalidation/invalidation.ts";
import type { EntityStore, Section } from "./store/entity-store.ts";
import type { Ghost } from "./telling/ghost.ts";
import type { Verdict } from "./telling/verdict.ts";

/** What all cached fetches of one configuration and supergraph share. */
export interface CacheParts {
  readonly facts: CacheFacts;
  readonly store: EntityStore;
  readonly log: InvalidationLog;
  readonly flights: Flights;
  /** Set where only keys are kept, and every subgraph is asked: to learn what caching would bring. */
  readonly ghost: Ghost | undefined;
  readonly meters: ResponseCacheMeters;
  count(verdict: Verdict, counted: Counted): void;
}

export interface Counted {
  section: Section;
  /** Of the request that they were looked for by. */
  observer: Pick<RequestObserver, "cacheUsed"> | undefined;
  /** One, where nothing is said. */
  entities?: number | undefined;
}

/** What nodes share. Whatever it rejects with, callers go on without it. */
export interface SecondTier {
  /** While it is not, nothing that was kept may be served: it may have been invalidated elsewhere. */
  readonly isListening: boolean;
  /** Where the log of all nodes' invalidations stands, as far as it is known here. */
  readonly position: string;
  /** Takes into memory what stands at these places. */
  load(addresses: readonly Address[], nowMs: number): Promise<void>;
  /** Writes what memory has at these places. */
  keep(addresses: readonly Address[], keeping: Keeping): Promise<void>;
}

/** Where an entity stands. */
export interface Address {
  readonly section: Section;
  readonly partition: string;
  readonly key: string;
}

export interface Keeping {
  indexes: Indexes;
  /** Where the log of invalidations stood when the subgraph was asked. */
  position: string;
}

/** By what the entities of a subgraph have to be found again. */
export interface Indexes {
  readonly cacheTag: boolean;
  readonly subgraph: boolean;
  readonly type: boolean;
  readonly entity: boolean;
}

/** One entity that a fetch wants. */
export interface Piece {
  readonly section: Section;
  readonly key: string;
  readonly form: Form;
  readonly inputs: readonly string[];
}

/** Who asks for what just now: others who want the same wait for it instead of asking too. */
export class Flights {
  private readonly underWay = new Map<string, Flight>();
  /** Forms whose last answer could not be kept: nobody waits for what will not be there. */
  private readonly unkept = new WeakSet<Form>();

  find(name: string): Flight | undefined {
    return this.underWay.get(name);
  }

  isWorthWaiting(form: Form): boolean {
    return !this.unkept.has(form);
  }

  learn(form: Form, isKept: boolean): void {
    if (isKept) this.unkept.delete(form);
    else this.unkept.add(form);
  }

  begin(names: readonly string[], flight: Flight): void {
    for (const name of names) this.underWay.set(name, flight);
    const end = () => {
      for (const name of names) if (this.underWay.get(name) === flight) this.underWay.delete(name);
    };
    flight.landed.then(end, end);
  }
}

export interface Flight {
  /** Where the log of invalidations stood. */
  readonly since: number;
  readonly landed: Promise<unknown>;
}

export function flightName({ section, form, inputs, key }: Piece, partition: string): string {
  return `${section.subgraph} ${section.type} ${form.id} ${partition} ${inputs.join()} ${key}`;
}
