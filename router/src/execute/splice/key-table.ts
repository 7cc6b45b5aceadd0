/** Where the keys of one field were seen, by the number of their representation. */
interface SeenKeys {
  readonly answers: Buffer[];
  readonly starts: number[];
  readonly ends: number[];
}

/**
 * Finds the objects that are asked for already, by the bytes of their keys: no text is made to compare them. Written
 * functions look into it by themselves; one serves all, since looking never waits.
 */
export class KeyTable {
  /** One less than the number of places, of which at most half are taken. */
  mask = placesFirst - 1;
  /** Places that hold another stamp than this one are free. */
  stamp = 1;
  stamps = new Int32Array(placesFirst);
  entries = new Int32Array(placesFirst);
  readonly hashes: number[] = [];
  private readonly seen: SeenKeys[] = [];

  begin(): void {
    // Few lookups ask for so much that their room is worth keeping; and stamps come to an end.
    if (this.mask >= placesKeptMax || this.stamp === stampMax) this.reset(placesFirst);
    this.stamp++;
    this.hashes.length = 0;
    for (const { answers } of this.seen) answers.length = 0;
  }

  /** Of one field of a key. */
  keysOf(field: number): SeenKeys {
    const known = this.seen[field];
    if (known) return known;
    const keys: SeenKeys = { answers: [], starts: [], ends: [] };
    this.seen[field] = keys;
    return keys;
  }

  /** Takes the free place at which a search has ended. True where all other places are others from now on. */
  add(place: number, hash: number): boolean {
    this.stamps[place] = this.stamp;
    this.entries[place] = this.hashes.length;
    this.hashes.push(hash);
    if (this.hashes.length * 2 <= this.mask) return false;
    this.grow();
    return true;
  }

  private reset(places: number): void {
    this.mask = places - 1;
    this.stamps = new Int32Array(places);
    this.entries = new Int32Array(places);
    this.stamp = 1;
  }

  private grow(): void {
    this.reset((this.mask + 1) * 2);
    for (const [index, hash] of this.hashes.entries()) {
      let place = hash & this.mask;
      while (this.stamps[place] === this.stamp) place = (place + 1) & this.mask;
      this.stamps[place] = this.stamp;
      this.entries[place] = index;
    }
  }
}

const placesFirst = 256;
const placesKeptMax = 65_536;
const stampMax = 0x7f_ff_ff_ff;

/** Nobody outside knows which keys would meet. */
export const hashSeed = crypto.getRandomValues(new Int32Array(1))[0]!;

export function hashOf(bytes: Buffer, from: number, to: number, before: number): number {
  let hash = before;
  for (let at = from; at < to; at++) hash = Math.imul(hash ^ bytes[at]!, 0x01_00_01_93);
  return hash ^ (hash >>> 15);
}
