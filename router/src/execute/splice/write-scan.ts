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

/**
 * An object of an answer. A leaf is kept as the two positions between which it stands in the answer's bytes, from
 * the first quote of its key to the end of its value: `id` and `id$`. What is nested is nodes and lists of nodes.
 */
export interface SpliceNode {
  [property: string]: number | SpliceNode | SpliceItem[] | null | undefined;
}
export type SpliceItem = SpliceNode | SpliceItem[] | null;

/** Undefined where the bytes are not, key by key, what the shape says. */
export type ReadAnswer = (bytes: Buffer) => SpliceNode | undefined;

type ReadValue = (scan: Scan) => SpliceItem | undefined;

export function compileReadAnswer(shape: Shape): ReadAnswer {
  const readData = writeReadObject(shape);
  return function readAnswer(bytes) {
    const text = withoutEndSpace(bytes);
    if (!text.subarray(0, prefix.length).equals(prefix) || !isPlainText(text)) return undefined;
    scan.begin(text, prefix.length);
    // The cast holds: an object is read as a node.
    const data = readData(scan) as SpliceNode | undefined;
    const isWhole = scan.at === text.length - 1 && text[scan.at] === closeObject;
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

function writeReadObject(shape: Shape): ReadValue {
  const written = new WrittenFunction();
  const lines: string[] = [];
  const properties: string[] = [];
  for (const [index, field] of shape.fields.entries()) {
    const label = `${index === 0 ? "{" : ","}${JSON.stringify(field.key)}:`;
    lines.push(writeExpect(label), `const v${index} = p + 1;\np += ${label.length};`);
    if (field.shape) {
      lines.push(`s.at = p;\nlet n${index};`, writeRead(field, { into: `n${index}`, written }), "p = s.at;");
      properties.push(`${JSON.stringify(field.key)}: n${index}`);
    } else {
      lines.push(writeLeaf(field, written), `if (p < 0) return undefined;\nconst e${index} = p;`);
      properties.push(
        `${JSON.stringify(field.key)}: v${index}, ${JSON.stringify(endOf(field.key))}: e${index}`,
      );
    }
  }
  for (const slot of shape.slots) properties.push(`${slot}: undefined`);
  const body = `const b = s.bytes;
let p = s.at;
${lines.join("\n")}
if (b[p] !== ${closeObject}) return undefined;
s.at = p + 1;
return {${properties.join(", ")}};`;
  return written.build<ReadValue>("s", body);
}

/** The property that holds the end of a leaf. No field is called so: names have no `$`. */
export function endOf(key: string): string {
  return `${key}$`;
}

function writeExpect(text: string): string {
  const tests = [...Buffer.from(text)].map((byte, index) => `b[p + ${index}] !== ${byte}`);
  return `if (${tests.join(" || ")}) return undefined;`;
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
  const readPresent = `${into} = ${read}(s);\nif (${into} === undefined) return undefined;`;
  if (!isNullable) return readPresent;
  return `if (b[s.at] === ${letterN}) {
s.at = ${written.add(endOfNull)}(s, s.at);
if (s.at < 0) return undefined;
${into} = null;
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
    `const b = s.bytes, items = [];
if (b[s.at] !== ${openList}) return undefined;
s.at++;
if (b[s.at] === ${closeList}) { s.at++; return items; }
while (true) {
let item;
${writeRead({ type: type.ofType, shape }, { into: "item", written })}
items.push(item);
const next = b[s.at];
s.at++;
if (next === ${closeList}) return items;
if (next !== ${comma}) return undefined;
}`,
  );
}

const openList = 0x5b;
const closeList = 0x5d;
const comma = 0x2c;
