/** What one request takes from one count. */
export interface Take {
  key: string;
  limit: number;
  weight: number;
  windowMs: number;
}

/** How a count stands after a request has, or would have, taken from it. */
export interface Standing {
  used: number;
  /** Whether there was not enough left. */
  isOver: boolean;
  /** When more is left: after this time, where `isOver`, enough for a request like this one. */
  returnsInMs: number;
}

/**
 * Counts over a sliding window. A request takes from all of its counts or, where one has not enough left, from none.
 * Undefined where it could not be counted.
 */
export interface Counter {
  take(takes: readonly Take[]): Outcome | Promise<Outcome>;
}

export type Outcome = readonly Standing[] | undefined;

/**
 * A window is cut into so many slots, and a slot counts until all of it is out of the window. So no window of that
 * length ever sees more than the limit; what was taken comes back late by a twentieth of the window at the most.
 */
export const slotsPerWindow = 20;
