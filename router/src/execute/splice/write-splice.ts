import { type GraphQLOutputType, isListType, isNonNullType } from "graphql";
import type { SelectedField, Selection } from "../selection.ts";
import { WrittenFunction } from "../written-function.ts";
import type { ByteWriter } from "./byte-writer.ts";
import type { Place, Supplier } from "./place.ts";
import { endOf, type SpliceNode } from "./write-scan.ts";

/** The answers from which an answer is put together, by fetch. */
export type Answers = readonly (Buffer | undefined)[];

/** Writes an object as the client asked for it. False where something is missing. */
export type WriteNode = (node: SpliceNode, writer: ByteWriter, answers: Answers) => boolean;

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
  return `if (${value} === null) w.text("null");\nelse {\n${writePresent(type, { value, write })}\n}`;
}

function writePresent(type: GraphQLOutputType, { value, write }: { value: string; write: string }): string {
  if (!isListType(type)) return `if (!${write}(${value}, w, f)) return false;`;
  const item = `${value}i`;
  return `w.text("[");
for (let i = 0; i < ${value}.length; i++) {
if (i > 0) w.text(",");
const ${item} = ${value}[i];
${writeValue(type.ofType, { value: item, write })}
}
w.text("]");`;
}

/** Collects what a written function does, so that neighbours in an answer are copied in one piece. */
class NodeCode {
  private readonly written = new WrittenFunction();
  private readonly lines: string[] = [];
  private readonly slots = new Set<string>();
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
    this.lines.push(`w.length = p;
const ${value} = ${this.holder(supplier)}[${JSON.stringify(supplier.field.key)}];
${writeValue(type, { value, write: this.written.add(write) })}
${this.proceed()}`);
  }

  build(): WriteNode {
    this.text("}");
    this.endText();
    const slots = [...this.slots].map(
      (slot) => `const h${slot} = o.${slot};\nif (h${slot} === undefined || h${slot} === null) return false;`,
    );
    const answers = [...this.fetchIds].map((id) => `const f${id} = f[${id}];`);
    const body = `${slots.join("\n")}
${answers.join("\n")}
let p = w.reserve(${textBytesLeft}), b = w.bytes, s, e;
${this.lines.join("\n")}
w.length = p;
return true;`;
    return this.written.build<WriteNode>("o, w, f", body.replaceAll(textBytesLeft, String(this.textBytes)));
  }

  private endRun(): void {
    if (!this.run) return;
    const { first, last } = this.run;
    this.run = undefined;
    this.endText();
    this.fetchIds.add(first.fetchId);
    const holder = this.holder(first);
    const start = `${holder}[${JSON.stringify(first.field.key)}]`;
    const end = `${holder}[${JSON.stringify(endOf(last.field.key))}]`;
    const from = `f${first.fetchId}`;
    this.textBytes += byHandMax;
    this.lines.push(`s = ${start}; e = ${end};
if (e - s <= ${byHandMax}) while (s < e) b[p++] = ${from}[s++];
else { w.length = p; w.copy(${from}, s, e); ${this.proceed()} }`);
  }

  private endText(): void {
    const bytes = Buffer.from(this.pendingText);
    this.pendingText = "";
    this.textBytes += bytes.length;
    const writes = [...bytes].map((byte, index) => `b[p + ${index}] = ${byte};`);
    if (bytes.length > 0) this.lines.push(`${writes.join(" ")} p += ${bytes.length};`);
  }

  /** After something that wrote by itself. */
  private proceed(): string {
    return `p = w.reserve(${textBytesLeft}); b = w.bytes;`;
  }

  private holder({ slot }: Supplier): string {
    if (slot === "") return "o";
    this.slots.add(slot);
    return `h${slot}`;
  }
}

/** Up to here a loop is cheaper than a call. */
const byHandMax = 32;
/** Stands in code for a number that is only known at its end. */
const textBytesLeft = "$textBytes";

function followsIn(before: Supplier, supplier: Supplier): boolean {
  const { fields } = supplier.shape;
  return (
    before.shape === supplier.shape && fields.indexOf(before.field) + 1 === fields.indexOf(supplier.field)
  );
}
