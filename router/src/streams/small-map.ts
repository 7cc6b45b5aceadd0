/** A map that mostly has one entry, where thousands of such maps are kept: one of those takes a sixth of a `Map`. */
export class SmallMap<Key, Value> {
  private key: Key | undefined;
  private value: Value | undefined;
  private all: Map<Key, Value> | undefined;

  get size(): number {
    if (this.all) return this.all.size;
    return this.key === undefined ? 0 : 1;
  }

  get(key: Key): Value | undefined {
    if (this.all) return this.all.get(key);
    return this.key === key ? this.value : undefined;
  }

  set(key: Key, value: Value): void {
    if (this.all) {
      this.all.set(key, value);
    } else if (this.key === undefined || this.key === key) {
      this.key = key;
      this.value = value;
    } else {
      this.all = new Map([
        [this.key, this.value!],
        [key, value],
      ]);
      this.key = undefined;
      this.value = undefined;
    }
  }

  /** False where it was not there. */
  delete(key: Key): boolean {
    if (this.all) return this.all.delete(key);
    if (this.key !== key) return false;
    this.clear();
    return true;
  }

  clear(): void {
    this.key = undefined;
    this.value = undefined;
    this.all = undefined;
  }

  keys(): Key[] {
    if (this.all) return [...this.all.keys()];
    return this.key === undefined ? [] : [this.key];
  }

  /** Those that are there now, whatever becomes of the map meanwhile. */
  values(): Value[] {
    if (this.all) return [...this.all.values()];
    return this.key === undefined ? [] : [this.value!];
  }
}

/** The same for a set. */
export class SmallSet<Member> extends SmallMap<Member, Member> {
  add(member: Member): void {
    this.set(member, member);
  }
}
