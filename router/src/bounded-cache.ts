/** The least recently used entries go first once there are more than `entriesMax`. */
export class BoundedCache<Key, Value> {
  private readonly entries = new Map<Key, Value>();

  constructor(readonly entriesMax: number) {}

  get size(): number {
    return this.entries.size;
  }

  get(key: Key): Value | undefined {
    const value = this.entries.get(key);
    // Moving the entry costs two hash operations; a cache that is far from full never drops anything.
    if (value !== undefined && this.entries.size * 2 > this.entriesMax) {
      this.entries.delete(key);
      this.entries.set(key, value);
    }
    return value;
  }

  set(key: Key, value: Value): void {
    this.entries.delete(key);
    this.entries.set(key, value);
    if (this.entries.size <= this.entriesMax) return;
    const oldest = this.entries.keys().next();
    if (!oldest.done) this.entries.delete(oldest.value);
  }

  delete(key: Key): void {
    this.entries.delete(key);
  }

  keys(): IterableIterator<Key> {
    return this.entries.keys();
  }
}
