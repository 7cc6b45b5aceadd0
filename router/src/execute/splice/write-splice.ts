import { type GraphQLOutputType, isListType, isNonNullType } from "graphql";
import type { SelectedField, Selection } from "../selection.ts";
import { WrittenFunction } from "../written-function.ts";
import type { ByteWriter } from "./byte-writer.ts";
import type { Place, Supplier } from "./place.ts";

/** The answers from which an answer is put together, by fetch. */
export type Answers = readonly (Buffer | undefined)[];

/**
 * Writes an object as the client asked for it, after what is written already. @returns how much is written then; -1
 * where something is missing
 */
export type WriteNode = (
  object: number,
  length: number,
  writer: ByteWriter,
  answers: Answers,
  tape: Int32Array,
) => number;

/** Undefined where a field is not in exactly one answer, or not always asked for. */
export function compileWriteNode(selection: Selection, place: Place): WriteNode | undefined {
  const code = new NodeCode();
  for (const field of selection.fieldsFor(place.typeName)) {
    if (field.when.kind === "never") continue;
    if (field.when.kind !== "always") return undefined;
    if (field.name === "__typename") {
      code.text(`${code.label(field.key)}${JSON.stringify(place.typeName)}`);
      continue;
    }
    const supplier = place.supplierOf(field.key);
    if (!supplier || supplier.field.name !== field.name) return undefined;
    if (!field.selection) code.leaf(supplier);
    else if (!writeNested(code, { field, supplier, place })) return undefined;
  }
  return code.build();
}

interface Nested {
  field: SelectedField;
  supplier: Supplier;
  place: Place;
}

function writeNested(code: NodeCode, { field, supplier, place }: Nested): boolean {
  const below = place.under(field.key);
  const write = below && field.selection && compileWriteNode(field.selection, below);
  if (!write) return false;
  code.nested(supplier, { type: field.type, write });
  return true;
}

/** Text that writes a value which is an object, null, or a list of such. */
function writeValue(type: GraphQLOutputType, { value, write }: { value: string; write: string }): string {
  if (isNonNullType(type)) return writePresent(type.ofType, { value, write });
  return `if (${value} === 0) {
${putText("null")}
} else {
${writePresent(type, { value, write })}
}`;
}

function writePresent(type: GraphQLOutputType, { value, write }: { value: string; write: string }): string {
  if (!isListType(type)) {
    return `p = ${write}(${value}, p, w, f, t);
if (p < 0) return -1;
${makeRoom}`;
  }
  const item = `${value}i`;
  return `${putText("[")}
${makeRoom}
for (let ${item}a = ${value} + 1, ${item}z = ${value} + 1 + t[${value}]; ${item}a < ${item}z; ${item}a++) {
if (${item}a > ${value} + 1) { ${putText(",")} }
const ${item} = t[${item}a];
${writeValue(type.ofType, { value: item, write })}
${makeRoom}
}
${putText("]")}`;
}

function putText(text: string): string {
  const bytes = Buffer.from(text);
  const writes = [...bytes].map((byte, index) => `b[p + ${index}] = ${byte};`);
  return `${writes.join(" ")} p += ${bytes.length};`;
}

/** Stands in code for a number that is only known at its end. */
const textBytesLeft = "$textBytes";
/** After something that wrote by itself. */
const makeRoom = `b = w.room(p, ${textBytesLeft});`;
/** For the signs around one nested value, and between its items. */
const signBytesMax = 32;

/** Collects what a written function does, so that neighbours in an answer are copied in one piece. */
class NodeCode {
  private readonly written = new WrittenFunction();
  private readonly lines: string[] = [];
  private readonly slots = new Set<number>();
  private readonly fetchIds = new Set<number>();
  private pendingText = "{";
  private run: { first: Supplier; last: Supplier } | undefined;
  private isEmpty = true;
  /** What the function writes at most by hand: there is always room for it. */
  private textBytes = 0;

  text(text: string): void {
    this.endRun();
    this.pendingText += text;
  }

  label(key: string): string {
    const label = `${this.isEmpty ? "" : ","}${JSON.stringify(key)}:`;
    this.isEmpty = false;
    return label;
  }

  leaf(supplier: Supplier): void {
    if (this.run && followsIn(this.run.last, supplier)) {
      this.run.last = supplier;
      return;
    }
    this.text(this.isEmpty ? "" : ",");
    this.isEmpty = false;
    this.run = { first: supplier, last: supplier };
  }

  nested(supplier: Supplier, { type, write }: { type: GraphQLOutputType; write: WriteNode }): void {
    this.text(this.label(supplier.field.key));
    this.endText();
    const value = `v${this.lines.length}`;
    this.textBytes += signBytesMax;
    this.lines.push(`const ${value} = t[${this.placeOf(supplier)}];
${writeValue(type, { value, write: this.written.add(write) })}`);
  }

  build(): WriteNode {
    this.text("}");
    this.endText();
    const slots = [...this.slots].map(
      (slot) => `const h${slot} = t[o + ${slot}];\nif (h${slot} === 0) return -1;`,
    );
    const answers = [...this.fetchIds].map((id) => `const f${id} = f[${id}];`);
    const body = `${slots.join("\n")}
${answers.join("\n")}
let b, s, e;
${makeRoom}
${this.lines.join("\n")}
return p;`;
    const text = body.replaceAll(textBytesLeft, String(this.textBytes));
    return this.written.build<WriteNode>("o, p, w, f, t", text);
  }

  private endRun(): void {
    if (!this.run) return;
    const { first, last } = this.run;
    this.run = undefined;
    this.endText();
    this.fetchIds.add(first.fetchId);
    const start = `t[${this.placeOf(first)}]`;
    const end = `t[${this.placeOf(last)} + 1]`;
    const from = `f${first.fetchId}`;
    this.textBytes += byHandMax;
    this.lines.push(`s = ${start}; e = ${end};
if (e - s <= ${byHandMax}) while (s < e) b[p++] = ${from}[s++];
else { p = w.copy(p, ${from}, s, e); ${makeRoom} }`);
  }

  private endText(): void {
    const text = this.pendingText;
    this.pendingText = "";
    this.textBytes += Buffer.byteLength(text);
    if (text !== "") this.lines.push(putText(text));
  }

  /** Where on the tape a field stands, as code. */
  private placeOf({ slot, shape, field }: Supplier): string {
    const place = shape.layout.placeOf(field.key);
    if (slot === undefined) return `o + ${place}`;
    this.slots.add(slot);
    return `h${slot} + ${place}`;
  }
}

/** Up to here a loop is cheaper than a call. */
const byHandMax = 32;

function followsIn(before: Supplier, supplier: Supplier): boolean {
  const { fields } = supplier.shape;
  return (
    before.shape === supplier.shape && fields.indexOf(before.field) + 1 === fields.indexOf(supplier.field)
  );
}
