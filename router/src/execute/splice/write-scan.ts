import { type GraphQLOutputType, isEnumType, isListType, isNonNullType } from "graphql";
import { WrittenFunction } from "../written-function.ts";
import {
  type EndOf,
  endOfAnyLeaf,
  endOfBoolean,
  endOfEnum,
  endOfFloat,
  endOfInt,
  endOfList,
  endOfNull,
  endOfNullable,
  endOfString,
  isPlainText,
  Scan,
} from "./scan.ts";
import type { Shape, ShapeField } from "./shape.ts";
import type { Tape } from "./tape.ts";

/** Writes an answer's data down. Undefined where the bytes are not, key by key, what the shape says. */
export type ReadAnswer = (bytes: Buffer, tape: Tape) => number | undefined;

/** @returns where the value stands on the tape; -1 where it is not as expected */
type ReadValue = (scan: Scan) => number;

export function compileReadAnswer(shape: Shape): ReadAnswer {
  const readData = writeReadObject(shape);
  return function readAnswer(bytes, tape) {
    const text = withoutEndSpace(bytes);
    if (!text.subarray(0, prefix.length).equals(prefix) || !isPlainText(text)) return undefined;
    scan.begin(text, prefix.length, tape);
    const data = readData(scan);
    const isWhole = data > 0 && scan.at === text.length - 1 && text[scan.at] === closeObject;
    scan.end();
    return isWhole ? data : undefined;
  };
}

const prefix = Buffer.from('{"data":');
const closeObject = 0x7d;
/** One for all: reading never waits. */
const scan = new Scan();

function withoutEndSpace(bytes: Buffer): Buffer {
  let end = bytes.length;
  while (end > 0 && jsonSpace.includes(bytes[end - 1]!)) end--;
  return end === bytes.length ? bytes : bytes.subarray(0, end);
}

const jsonSpace = Buffer.from(" \n\r\t");

function writeReadObject({ fields, layout }: Shape): ReadValue {
  const written = new WrittenFunction();
  const lines: string[] = [];
  const found = new Map<number, string>();
  for (const [index, field] of fields.entries()) {
    const label = `${index === 0 ? "{" : ","}${JSON.stringify(field.key)}:`;
    const place = layout.placeOf(field.key);
    lines.push(writeExpect(label), `const v${index} = p + 1;\np += ${label.length};`);
    if (field.shape) {
      lines.push(`s.at = p;\nlet n${index};`, writeRead(field, { into: `n${index}`, written }), "p = s.at;");
      found.set(place, `n${index}`);
    } else {
      lines.push(writeLeaf(field, written), `if (p < 0) return -1;\nconst e${index} = p;`);
      found.set(place, `v${index}`);
      found.set(place + 1, `e${index}`);
    }
  }
  const notes = Array.from(
    { length: layout.size },
    (_, place) => `t[o + ${place}] = ${found.get(place) ?? 0};`,
  );
  const body = `const b = s.bytes;
let p = s.at;
${lines.join("\n")}
if (b[p] !== ${closeObject}) return -1;
s.at = p + 1;
const o = s.tape.allocate(${layout.size}), t = s.tape.ints;
${notes.join("\n")}
return o;`;
  return written.build<ReadValue>("s", body);
}

function writeExpect(text: string): string {
  const tests = [...Buffer.from(text)].map((byte, index) => `b[p + ${index}] !== ${byte}`);
  return `if (${tests.join(" || ")}) return -1;`;
}

function writeLeaf({ type, name }: ShapeField, written: WrittenFunction): string {
  if (name === "__typename" || !type) return `p = ${written.add(endOfNullable(endOfAnyLeaf))}(s, p);`;
  if (isNonNullType(type)) return `p = ${written.add(endOfValue(type.ofType))}(s, p);`;
  const end = written.add(endOfValue(type));
  return `p = b[p] === ${letterN} ? ${written.add(endOfNull)}(s, p) : ${end}(s, p);`;
}

const letterN = 0x6e;

/** Of a leaf, or a list of them, that is not null. */
function endOfValue(type: GraphQLOutputType): EndOf {
  if (isListType(type)) {
    const { ofType } = type;
    return endOfList(isNonNullType(ofType) ? endOfValue(ofType.ofType) : endOfNullable(endOfValue(ofType)));
  }
  if (isEnumType(type)) return endOfEnum(new Set(type.getValues().map(({ name }) => name)));
  return endOfScalar[String(type)] ?? endOfAnyLeaf;
}

const endOfScalar: Record<string, EndOf> = {
  String: endOfString,
  Int: endOfInt,
  Float: endOfFloat,
  Boolean: endOfBoolean,
};

/** Text that reads a value that is nested, null or not, into a variable. */
function writeRead(
  { type, shape }: Pick<ShapeField, "type" | "shape">,
  { into, written }: { into: string; written: WrittenFunction },
): string {
  const isNullable = !isNonNullType(type);
  const read = written.add(compileReadPresent(isNullable ? type : type.ofType, shape));
  const readPresent = `${into} = ${read}(s);\nif (${into} < 0) return -1;`;
  if (!isNullable) return readPresent;
  return `if (b[s.at] === ${letterN}) {
s.at = ${written.add(endOfNull)}(s, s.at);
if (s.at < 0) return -1;
${into} = 0;
} else {
${readPresent}
}`;
}

function compileReadPresent(type: GraphQLOutputType | undefined, shape: Shape | undefined): ReadValue {
  if (!shape) throw new Error("a leaf was taken for something nested");
  if (!isListType(type)) return writeReadObject(shape);
  const written = new WrittenFunction();
  return written.build<ReadValue>(
    "s",
    `const b = s.bytes, begun = s.beginList();
if (b[s.at] !== ${openList}) return -1;
s.at++;
if (b[s.at] === ${closeList}) { s.at++; return s.endList(begun); }
while (true) {
let item;
${writeRead({ type: type.ofType, shape }, { into: "item", written })}
s.addItem(item);
const next = b[s.at];
s.at++;
if (next === ${closeList}) return s.endList(begun);
if (next !== ${comma}) return -1;
}`,
  );
}

const openList = 0x5b;
const closeList = 0x5d;
const comma = 0x2c;
