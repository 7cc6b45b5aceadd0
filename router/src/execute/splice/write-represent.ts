import { type GraphQLOutputType, isListType, isNonNullType } from "graphql";
import type { RequiredField } from "../representations.ts";
import { quote, WrittenFunction } from "../written-function.ts";
import { hashOf, hashSeed, type KeyTable } from "./key-table.ts";
import type { Place, Step } from "./place.ts";
import type { Tape } from "./tape.ts";
import type { Answers } from "./write-splice.ts";

/** The representations of one lookup: equal ones are sent once. */
export interface Asked {
  texts: string[];
  /** Where on the tape two numbers stand for each object: the place where its answer will hang, and which one that is. */
  start: number;
  end: number;
}

/** Adds the representations of all objects at a place. False where one lacks a key. */
export type Represent = (run: RepresentRun) => boolean;

export interface RepresentRun {
  root: number;
  answers: Answers;
  /** At its end is noted who asks for what. */
  tape: Tape;
  texts: string[];
  keys: KeyTable;
}

/** Where objects stand that are to be represented, and where their answers will hang. */
export interface RepresentedPlace {
  place: Place;
  steps: readonly Step[];
  slot: number;
}

/** Neighbours are often the same: the last one is looked at first. Undefined where a key is not in exactly one answer. */
export function compileRepresent(
  fields: readonly RequiredField[],
  { place, steps, slot }: RepresentedPlace,
): Represent | undefined {
  const written = new WrittenFunction();
  const slots = new Set<number>();
  const spans: { answer: string; from: string; to: string }[] = [];
  const parts: string[] = [];
  for (const [index, { key, label, constant }] of fields.entries()) {
    const start = `${index === 0 ? "{" : ","}${label}`;
    if (constant !== undefined) {
      parts.push(quote(start + JSON.stringify(constant)));
      continue;
    }
    const supplier = place.supplierOf(key);
    if (!supplier || supplier.field.shape) return undefined;
    if (supplier.slot !== undefined) slots.add(supplier.slot);
    const holder = supplier.slot === undefined ? "o" : `h${supplier.slot}`;
    const at = supplier.shape.layout.placeOf(key);
    const labelBytes = Buffer.byteLength(JSON.stringify(key)) + 1;
    spans.push({
      answer: `answers[${supplier.fetchId}]`,
      from: `t[${holder} + ${at}] + ${labelBytes}`,
      to: `t[${holder} + ${at + 1}]`,
    });
    const own = spans.length - 1;
    parts.push(quote(start), `f${own}.utf8Slice(a${own}, z${own})`);
  }
  if (spans.length === 0) return undefined;
  const [hash, same] = [written.add(hashOf), written.add(hasSameBytes)];
  const numbers = [...spans.keys()];
  const isSame = numbers.map((n) => `${same}(f${n}, a${n}, z${n}, F${n}[index], A${n}[index], Z${n}[index])`);
  const represent = `${[...slots].map((each) => `const h${each} = t[o + ${each}];\nif (h${each} === 0) return false;`).join("\n")}
${spans.map(({ from, to }, n) => `const a${n} = ${from}, z${n} = ${to};`).join("\n")}
if (${["index < 0", ...isSame.map((test) => `!${test}`)].join(" || ")}) {
let hash = ${hashSeed};
${numbers.map((n) => `hash = ${hash}(f${n}, a${n}, z${n}, hash);`).join("\n")}
for (let place = hash & mask; ; place = (place + 1) & mask) {
if (stamps[place] !== stamp) {
index = texts.length;
texts.push(${parts.join(" + ")} + "}");
${numbers.map((n) => `F${n}[index] = f${n}; A${n}[index] = a${n}; Z${n}[index] = z${n};`).join("\n")}
if (keys.add(place, hash)) ({ mask, stamp, stamps, entries } = keys);
break;
}
index = entries[place];
if (${["hashes[index] === hash", ...isSame].join(" && ")}) break;
}
}
if (n + 2 > t.length) t = tape.makeRoom(n + 2);
t[n++] = o + ${slot};
t[n++] = index;`;
  return written.build<Represent>(
    "{ root, answers, tape, texts, keys }",
    `let t = tape.ints, n = tape.top;
const { hashes } = keys;
let { mask, stamp, stamps, entries } = keys, index = -1;
${spans.map(({ answer }, n) => `const f${n} = ${answer}, { answers: F${n}, starts: A${n}, ends: Z${n} } = keys.keysOf(${n});`).join("\n")}
${writeWalk("root", steps, represent)}
tape.top = n;
return true;`,
  );
}

/** Text that does something with each object, called `o`, at the end of the way. What is null is passed over. */
function writeWalk(value: string, [step, ...rest]: readonly Step[], act: string): string {
  if (!step) return `const o = ${value};\n${act}`;
  const { slot, at, type } = step;
  const below = `${value}_`;
  const holder = slot === undefined ? value : `${value}h`;
  const inside = `const ${below} = t[${holder} + ${at}];
${writeItems(below, type, (item) => writeWalk(item, rest, act))}`;
  if (slot === undefined) return inside;
  return `const ${holder} = t[${value} + ${slot}];\nif (${holder} !== 0) {\n${inside}\n}`;
}

function writeItems(value: string, type: GraphQLOutputType, write: (item: string) => string): string {
  if (isNonNullType(type)) return writeItems(value, type.ofType, write);
  const item = `${value}i`;
  const present = isListType(type)
    ? `for (let ${item}a = ${value} + 1, ${item}z = ${value} + 1 + t[${value}]; ${item}a < ${item}z; ${item}a++) {
const ${item} = t[${item}a];
${writeItems(item, type.ofType, write)}
}`
    : write(value);
  return `if (${value} !== 0) {\n${present}\n}`;
}

function hasSameBytes(
  bytes: Buffer,
  from: number,
  to: number,
  others: Buffer,
  othersFrom: number,
  othersTo: number,
): boolean {
  if (to - from !== othersTo - othersFrom) return false;
  for (let at = from, other = othersFrom; at < to; at++, other++) {
    if (bytes[at] !== others[other]) return false;
  }
  return true;
}
