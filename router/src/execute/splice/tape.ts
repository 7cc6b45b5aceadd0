/**
 * What was found in the answers of one run, as numbers: positions in the answers' bytes, and places on the tape itself.
 * An object is as many numbers as its shape's layout says, a list its length and its items. 0 is null, or nothing.
 */
export class Tape {
  ints = new Int32Array(intsFirst);
  /** The first place that is free. */
  top = 1;

  /** Room for an object, or for a list with its length. @returns where it begins */
  allocate(count: number): number {
    const at = this.top;
    this.top = at + count;
    if (this.top > this.ints.length) this.makeRoom(this.top);
    return at;
  }

  /** For whoever writes at the end by itself. */
  makeRoom(count: number): Int32Array {
    const grown = new Int32Array(Math.max(this.ints.length * 2, count));
    grown.set(this.ints);
    this.ints = grown;
    return grown;
  }
}

/** Where the parts of an object stand on a tape. */
export class Layout {
  /** Of an object. */
  size = 0;
  private readonly places = new Map<string, number>();

  /** @returns where it stands from the object's beginning */
  add(count: number): number {
    const at = this.size;
    this.size += count;
    return at;
  }

  /** A leaf has two positions, where its key begins and where its value ends; what is nested has one place. */
  addField(key: string, isLeaf: boolean): void {
    this.places.set(key, this.add(isLeaf ? 2 : 1));
  }

  placeOf(key: string): number {
    const place = this.places.get(key);
    if (place === undefined) throw new Error(`a layout has no field ${key}`);
    return place;
  }
}

/** Tapes that may be written again: fresh memory costs as much as the work on it. */
class Tapes {
  private readonly spare: Tape[] = [];
  private spareInts = 0;

  take(): Tape {
    const tape = this.spare.pop();
    if (!tape) return new Tape();
    this.spareInts -= tape.ints.length;
    return tape;
  }

  giveBack(tape: Tape): void {
    if (this.spareInts + tape.ints.length > spareIntsMax) return;
    tape.top = 1;
    this.spareInts += tape.ints.length;
    this.spare.push(tape);
  }
}

const intsFirst = 4_096;
/** Of all together: sixteen megabytes. */
const spareIntsMax = 4_194_304;

/** One for all. */
export const tapes = new Tapes();
