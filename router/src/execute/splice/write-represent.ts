import { type GraphQLOutputType, isListType, isNonNullType } from "graphql";
import type { RequiredField } from "../representations.ts";
import { quote, WrittenFunction } from "../written-function.ts";
import type { Place, Step, Supplier } from "./place.ts";
import { endOf, type SpliceNode } from "./write-scan.ts";
import type { Answers } from "./write-splice.ts";

/** The representations of one lookup: equal ones are sent once. */
export class Asked {
  readonly texts: string[] = [];
  /** The objects asked for. */
  readonly nodes: SpliceNode[] = [];
  /** For each object the index of its representation. */
  readonly indexes: number[] = [];
  readonly known = new Map<string, number>();
}

/** Adds the representations of all objects at a place. False where one lacks a key. */
export type Represent = (root: SpliceNode, answers: Answers, asked: Asked) => boolean;

/**
 * An object whose first key was seen before is compared with the one that had it, and no text is made for it.
 * Undefined where a key is not in exactly one answer.
 */
export function compileRepresent(
  fields: readonly RequiredField[],
  { place, steps }: { place: Place; steps: readonly Step[] },
): Represent | undefined {
  const written = new WrittenFunction();
  const slots = new Set<string>();
  const spans: KeySpan[] = [];
  const parts: string[] = [];
  for (const [index, { key, label, constant }] of fields.entries()) {
    const start = `${index === 0 ? "{" : ","}${label}`;
    if (constant !== undefined) {
      parts.push(quote(start + JSON.stringify(constant)));
      continue;
    }
    const supplier = place.supplierOf(key);
    if (!supplier || supplier.field.shape) return undefined;
    if (supplier.slot !== "") slots.add(supplier.slot);
    const span = spanOf(supplier);
    spans.push(span);
    parts.push(quote(start), `${span.answer}.utf8Slice(${span.from("o")}, ${span.to("o")})`);
  }
  const [first, ...others] = spans;
  if (!first) return undefined;
  const same = written.add(hasSameBytes);
  const isSame = others.map(
    ({ answer, from, to }) => `${same}(${answer}, ${from("o")}, ${to("o")}, ${from("s")}, ${to("s")})`,
  );
  const represent = `${[...slots].map((slot) => `if (o.${slot} === undefined || o.${slot} === null) return false;`).join("\n")}
const key = ${written.add(keyOf)}(${first.answer}, ${first.from("o")}, ${first.to("o")});
const seen = key === lastKey ? lastSeen : first.get(key), s = seen === undefined ? undefined : nodes[seen];
let index;
if (${["s !== undefined", ...isSame].join(" && ")}) index = indexes[seen];
else {
if (seen === undefined) { first.set(key, nodes.length); lastKey = key; lastSeen = nodes.length; }
const text = ${parts.join(" + ")} + "}";
index = known.get(text);
if (index === undefined) { index = texts.length; texts.push(text); known.set(text, index); }
}
nodes.push(o);
indexes.push(index);`;
  return written.build<Represent>(
    "root, f, asked",
    `const { texts, indexes, nodes, known } = asked, first = new Map();
let lastKey, lastSeen;
${writeWalk("root", steps, represent)}
return true;`,
  );
}

/** Text that does something with each object, called `o`, at the end of the way. What is null is passed over. */
function writeWalk(value: string, [step, ...rest]: readonly Step[], act: string): string {
  if (!step) return `const o = ${value};\n${act}`;
  const { slot, key, type } = step;
  const below = `${value}_`;
  const inside = `const ${below} = ${slot === "" ? value : `${value}.${slot}`}[${quote(key)}];
${writeItems(below, type, (item) => writeWalk(item, rest, act))}`;
  return slot === ""
    ? inside
    : `if (${value}.${slot} !== undefined && ${value}.${slot} !== null) {\n${inside}\n}`;
}

function writeItems(value: string, type: GraphQLOutputType, write: (item: string) => string): string {
  if (isNonNullType(type)) return writeItems(value, type.ofType, write);
  const item = `${value}i`;
  const present = isListType(type)
    ? `for (const ${item} of ${value}) {\n${writeItems(item, type.ofType, write)}\n}`
    : write(value);
  return `if (${value} !== null) {\n${present}\n}`;
}

/** How written code says where a key's value stands. */
interface KeySpan {
  answer: string;
  from(object: string): string;
  to(object: string): string;
}

function spanOf({ slot, fetchId, field: { key } }: Supplier): KeySpan {
  const name = quote(key);
  const holder = (object: string) => (slot === "" ? object : `${object}.${slot}`);
  return {
    answer: `f[${fetchId}]`,
    from: (object) => `${holder(object)}[${name}] + ${name.length + 1}`,
    to: (object) => `${holder(object)}[${quote(endOf(key))}]`,
  };
}

/** Equal exactly where the bytes are. Short ones fit into a number, which costs less than a text. */
function keyOf(bytes: Buffer, from: number, to: number): number | string {
  if (to - from > 6) return bytes.toString("latin1", from, to);
  let key = 1;
  for (let at = from; at < to; at++) key = key * 256 + bytes[at]!;
  return key;
}

function hasSameBytes(bytes: Buffer, from: number, to: number, otherFrom: number, otherTo: number): boolean {
  if (to - from !== otherTo - otherFrom) return false;
  for (let at = from, other = otherFrom; at < to; at++, other++) if (bytes[at] !== bytes[other]) return false;
  return true;
}
