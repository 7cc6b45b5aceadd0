export interface CacheBounds<Key, Value> {
  entriesMax?: number;
  /** The bound on the sum of what `weigh` says. A value heavier than a quarter of it is not kept at all. */
  weightMax?: number;
  weigh?: (value: Value, key: Key) => number;
}

/** The least recently used entries go first once there is more than the bounds allow. */
export class BoundedCache<Key, Value> {
  private readonly entries = new Map<Key, { value: Value; weight: number }>();
  private readonly entriesMax: number;
  private readonly weightMax: number;
  private readonly weigh: (value: Value, key: Key) => number;
  private totalWeight = 0;

  constructor({ entriesMax = Infinity, weightMax = Infinity, weigh = () => 0 }: CacheBounds<Key, Value>) {
    this.entriesMax = entriesMax;
    this.weightMax = weightMax;
    this.weigh = weigh;
  }

  get size(): number {
    return this.entries.size;
  }

  get weight(): number {
    return this.totalWeight;
  }

  get(key: Key): Value | undefined {
    const entry = this.entries.get(key);
    if (entry === undefined) return undefined;
    // Moving the entry costs two hash operations; a cache that is far from full never drops anything.
    const isFilling = this.entries.size * 2 > this.entriesMax || this.totalWeight * 2 > this.weightMax;
    if (isFilling) {
      this.entries.delete(key);
      this.entries.set(key, entry);
    }
    return entry.value;
  }

  set(key: Key, value: Value): void {
    this.delete(key);
    const weight = this.weigh(value, key);
    if (weight * 4 > this.weightMax) return;
    this.entries.set(key, { value, weight });
    this.totalWeight += weight;
    while (this.entries.size > this.entriesMax || this.totalWeight > this.weightMax) this.dropOldest();
  }

  delete(key: Key): void {
    const entry = this.entries.get(key);
    if (entry === undefined) return;
    this.totalWeight -= entry.weight;
    this.entries.delete(key);
  }

  keys(): IterableIterator<Key> {
    return this.entries.keys();
  }

  private dropOldest(): void {
    const oldest = this.entries.keys().next();
    if (!oldest.done) this.delete(oldest.value);
  }
}
