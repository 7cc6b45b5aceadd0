import { isUtf8 } from "node:buffer";
import { Tape } from "./tape.ts";

const noTape = new Tape();

/** Where reading an answer's bytes stands. */
export class Scan {
  bytes: Buffer = nothing;
  at = 0;
  /** Where what is found is written down. */
  tape = noTape;
  /** The items so far of the lists that are being read. */
  private items = new Int32Array(256);
  private itemCount = 0;
  /** The next backslash, at or after some position that was asked for last. */
  private backslash = -1;

  begin(bytes: Buffer, at: number, tape: Tape): void {
    this.bytes = bytes;
    this.at = at;
    this.tape = tape;
    this.itemCount = 0;
    this.backslash = -1;
  }

  end(): void {
    this.bytes = nothing;
    this.tape = noTape;
  }

  beginList(): number {
    return this.itemCount;
  }

  addItem(item: number): void {
    if (this.itemCount === this.items.length) {
      const grown = new Int32Array(this.items.length * 2);
      grown.set(this.items);
      this.items = grown;
    }
    this.items[this.itemCount++] = item;
  }

  /** @param begun what `beginList` said. @returns where the list stands on the tape */
  endList(begun: number): number {
    const count = this.itemCount - begun;
    const list = this.tape.allocate(count + 1);
    const { ints } = this.tape;
    ints[list] = count;
    for (let index = 0; index < count; index++) ints[list + 1 + index] = this.items[begun + index]!;
    this.itemCount = begun;
    return list;
  }

  hasBackslash(from: number, to: number): boolean {
    if (this.backslash < from) {
      const found = this.bytes.indexOf(BACKSLASH, from);
      this.backslash = found < 0 ? Infinity : found;
    }
    return this.backslash < to;
  }
}

/** Finds the end of a value that begins at a position. -1 where it is not of the kind, or not in its plainest form. */
export type EndOf = (scan: Scan, at: number) => number;

export function endOfString(scan: Scan, at: number): number {
  const { bytes } = scan;
  if (bytes[at] !== QUOTE) return -1;
  let next = at + 1;
  // Finding a near end by hand is cheaper than calling for it.
  for (const near = next + NEAR; next < near; next++) {
    const byte = bytes[next];
    if (byte === QUOTE) return next + 1;
    if (byte === BACKSLASH) return endOfEscaped(bytes, next);
  }
  const end = bytes.indexOf(QUOTE, next);
  if (end < 0) return -1;
  return scan.hasBackslash(next, end) ? endOfEscaped(bytes, next) : end + 1;
}

function endOfEscaped(bytes: Buffer, from: number): number {
  for (let at = from; at < bytes.length; at++) {
    const byte = bytes[at];
    if (byte === QUOTE) return at + 1;
    if (byte !== BACKSLASH) continue;
    at++;
    if (bytes[at] !== LETTER_U) {
      if (!ESCAPABLE.includes(bytes[at]!)) return -1;
      continue;
    }
    for (const last = at + 4; at < last; ) if (!isHexDigit(bytes[++at]!)) return -1;
  }
  return -1;
}

/** Nine digits always fit. */
export function endOfInt({ bytes }: Scan, at: number): number {
  const first = bytes[at] === MINUS ? at + 1 : at;
  const end = endOfDigits(bytes, first);
  const isPlain = end > first && end <= first + 9 && (bytes[first] !== ZERO || end === at + 1);
  return isPlain ? end : -1;
}

/** At most fifteen digits and no exponent: what every JSON reader reads as the same number. */
export function endOfFloat({ bytes }: Scan, at: number): number {
  const first = bytes[at] === MINUS ? at + 1 : at;
  const whole = endOfDigits(bytes, first);
  if (whole === first || (bytes[first] === ZERO && whole > first + 1)) return -1;
  if (bytes[whole] !== POINT)
    return whole <= first + 15 && (bytes[first] !== ZERO || first === at) ? whole : -1;
  const end = endOfDigits(bytes, whole + 1);
  return end > whole + 1 && end <= first + 16 ? end : -1;
}

function endOfDigits(bytes: Buffer, from: number): number {
  let at = from;
  while (bytes[at]! >= ZERO && bytes[at]! <= NINE) at++;
  return at;
}

export function endOfBoolean(scan: Scan, at: number): number {
  return scan.bytes[at] === LETTER_T ? endOfWord(scan, at, "true") : endOfWord(scan, at, "false");
}

export function endOfNull(scan: Scan, at: number): number {
  return endOfWord(scan, at, "null");
}

function endOfWord({ bytes }: Scan, at: number, word: string): number {
  for (let index = 0; index < word.length; index++) {
    if (bytes[at + index] !== word.charCodeAt(index)) return -1;
  }
  return at + word.length;
}

/** For scalars of which the router knows no form. */
export function endOfAnyLeaf(scan: Scan, at: number): number {
  switch (scan.bytes[at]) {
    case QUOTE:
      return endOfString(scan, at);
    case LETTER_T:
    case LETTER_F:
      return endOfBoolean(scan, at);
    default:
      return endOfFloat(scan, at);
  }
}

export function endOfEnum(values: ReadonlySet<string>): EndOf {
  return function endOfEnumValue(scan, at) {
    const end = endOfString(scan, at);
    return end > 0 && values.has(scan.bytes.toString("latin1", at + 1, end - 1)) ? end : -1;
  };
}

export function endOfNullable(endOf: EndOf): EndOf {
  return (scan, at) => (scan.bytes[at] === LETTER_N ? endOfNull(scan, at) : endOf(scan, at));
}

export function endOfList(endOfItem: EndOf): EndOf {
  return function endOfItems(scan, at) {
    const { bytes } = scan;
    if (bytes[at] !== OPEN_LIST) return -1;
    if (bytes[at + 1] === CLOSE_LIST) return at + 2;
    let end = at;
    do {
      end = endOfItem(scan, end + 1);
      if (end < 0) return -1;
    } while (bytes[end] === COMMA);
    return bytes[end] === CLOSE_LIST ? end + 1 : -1;
  };
}

/** Whether bytes are UTF-8 and hold no control characters, which JSON allows only between values. */
export function isPlainText(bytes: Buffer): boolean {
  if (!isUtf8(bytes)) return false;
  const wordsFrom = Math.min(bytes.length, -bytes.byteOffset & 3);
  const wordCount = (bytes.length - wordsFrom) >> 2;
  const words = new Int32Array(bytes.buffer, bytes.byteOffset + wordsFrom, wordCount);
  // Four bytes at a time: the top bit of one is set by the subtraction where it was below 0x20.
  let below = 0;
  let index = 0;
  for (const last = wordCount - 3; index < last; index += 4) {
    const one = words[index]!;
    const two = words[index + 1]!;
    const three = words[index + 2]!;
    const four = words[index + 3]!;
    below |= ((one - spaces) & ~one) | ((two - spaces) & ~two);
    below |= ((three - spaces) & ~three) | ((four - spaces) & ~four);
  }
  for (; index < wordCount; index++) below |= (words[index]! - spaces) & ~words[index]!;
  if ((below & 0x80_80_80_80) !== 0) return false;
  for (let at = 0; at < wordsFrom; at++) if (bytes[at]! < SPACE) return false;
  for (let at = wordsFrom + wordCount * 4; at < bytes.length; at++) if (bytes[at]! < SPACE) return false;
  return true;
}

function isHexDigit(byte: number): boolean {
  return (byte >= ZERO && byte <= NINE) || ((byte | 0x20) >= 0x61 && (byte | 0x20) <= 0x66);
}

const nothing = Buffer.alloc(0);
/** Four of them. */
const spaces = 0x20_20_20_20;
const NEAR = 24;
const SPACE = 0x20;
const QUOTE = 0x22;
const COMMA = 0x2c;
const MINUS = 0x2d;
const POINT = 0x2e;
const ZERO = 0x30;
const NINE = 0x39;
const OPEN_LIST = 0x5b;
const BACKSLASH = 0x5c;
const CLOSE_LIST = 0x5d;
const LETTER_F = 0x66;
const LETTER_N = 0x6e;
const LETTER_T = 0x74;
const LETTER_U = 0x75;
const ESCAPABLE = Buffer.from('"\\/bfnrt');
