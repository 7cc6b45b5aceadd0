/** What is no longer true. */
export type Invalidation =
  | { readonly kind: "subgraph"; readonly subgraph: string }
  | { readonly kind: "type"; readonly subgraph: string; readonly type: string }
  | { readonly kind: "entity"; readonly subgraph: string; readonly type: string; readonly key: string }
  | { readonly kind: "cache_tag"; readonly subgraph: string; readonly tag: string };

/** Something that an invalidation may be about. Tags that are not known yet may be any. */
export interface Subject {
  readonly subgraph: string;
  readonly type: string;
  readonly key: string;
  readonly tags?: readonly string[] | undefined;
}

export function concerns(invalidation: Invalidation, subject: Subject): boolean {
  if (invalidation.subgraph !== subject.subgraph) return false;
  switch (invalidation.kind) {
    case "subgraph":
      return true;
    case "type":
      return invalidation.type === subject.type;
    case "entity":
      return invalidation.type === subject.type && invalidation.key === subject.key;
    case "cache_tag":
      return subject.tags?.includes(invalidation.tag) ?? true;
  }
}

/**
 * What was invalidated last. Whatever began before an invalidation may carry what was true before it: it is neither
 * kept nor shared with those who came later.
 */
export class InvalidationLog {
  private readonly recent: { at: number; invalidation: Invalidation }[] = [];
  private count = 0;

  /** A point in time: what comes later is after it. */
  get now(): number {
    return this.count;
  }

  add(invalidation: Invalidation): void {
    this.recent.push({ at: ++this.count, invalidation });
    if (this.recent.length > recentMax) this.recent.splice(0, recentMax / 2);
  }

  /** Anything may have been invalidated. */
  addUnknown(): void {
    this.recent.length = 0;
    this.count++;
  }

  isOutdated(since: number, subject: Subject): boolean {
    if (since === this.count) return false;
    const oldest = this.recent[0];
    if (!oldest || since < oldest.at - 1) return true;
    for (let index = this.recent.length - 1; index >= 0; index--) {
      const { at, invalidation } = this.recent[index]!;
      if (at <= since) return false;
      if (concerns(invalidation, subject)) return true;
    }
    return false;
  }
}

/** Fetches that take longer than so many invalidations are not kept. */
const recentMax = 4_096;
