/** Things of one kind by id, newest last, never more than a bound: the oldest go first. */
export class Collection<T extends { id: string }> {
  private readonly byId = new Map<string, T>();

  constructor(private readonly countMax = 50_000) {}

  get(id: string): T | undefined {
    return this.byId.get(id);
  }

  put(item: T): T {
    this.byId.set(item.id, item);
    if (this.byId.size > this.countMax) this.byId.delete(this.byId.keys().next().value!);
    return item;
  }

  newestFirst(): T[] {
    return [...this.byId.values()].reverse();
  }

  all(): T[] {
    return [...this.byId.values()];
  }

  clear(): void {
    this.byId.clear();
  }

  toJSON(): T[] {
    return this.all();
  }

  /** What `toJSON` gave. */
  load(items: readonly unknown[] | undefined): void {
    for (const item of items ?? []) this.put(item as T);
  }
}
