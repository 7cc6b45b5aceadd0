/** What stands in the queue. */
export interface Queued {
  isVisited: boolean;
  newer: Queued | undefined;
  older: Queued | undefined;
}

/**
 * Which entry goes first: SIEVE (Zhang et al., NSDI 2024). A hit sets one flag and moves nothing, which is what a
 * cache hit can afford; entries that are asked for once only are gone after one turn of the hand; and it keeps more
 * of what is wanted than LRU on the traces it was published with, at less code than S3-FIFO or TinyLFU.
 */
export class Sieve<Entry extends Queued> {
  private newest: Entry | undefined;
  private oldest: Entry | undefined;
  private hand: Entry | undefined;

  add(entry: Entry): void {
    entry.older = this.newest;
    entry.newer = undefined;
    if (this.newest) this.newest.newer = entry;
    this.newest = entry;
    this.oldest ??= entry;
  }

  remove(entry: Entry): void {
    // The casts hold: only entries of this queue are linked to one another.
    if (this.hand === entry) this.hand = entry.newer as Entry | undefined;
    if (entry.older) entry.older.newer = entry.newer;
    else this.oldest = entry.newer as Entry | undefined;
    if (entry.newer) entry.newer.older = entry.older;
    else this.newest = entry.older as Entry | undefined;
    entry.newer = undefined;
    entry.older = undefined;
  }

  /** The next to go. It stays in the queue until it is removed. */
  choose(): Entry | undefined {
    let entry = this.hand ?? this.oldest;
    while (entry?.isVisited) {
      entry.isVisited = false;
      entry = (entry.newer as Entry | undefined) ?? this.oldest;
    }
    this.hand = entry;
    return entry;
  }
}
