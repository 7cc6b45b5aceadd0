import type { SelectedField, SelectionNode } from "../normalize/selection.ts";
import { PlanTooLargeError } from "../planner.ts";
import { type Part, Parts, stepInto } from "./part.ts";

/** Characters of all subselections together: they are written without fragments. */
const charactersMax = 1_000_000;

/** Divides an operation into parts and writes down what the client selects in each. */
export function splitParts(selection: SelectionNode): Parts {
  const splitter = new Splitter();
  splitter.write(splitter.parts.first, selection);
  return splitter.parts;
}

class Splitter {
  readonly parts = new Parts();
  #characters = 0;

  /** The selection as the part has it. What is put off further goes to parts of its own. */
  write(part: Part, selection: SelectionNode): void {
    const own = selection.fields.filter((field) => field.deferral === undefined);
    if (own.length > 0) part.subselection = this.#braced(part, [], selection, own);
    this.#writeDeferred(part, [], selection);
  }

  #writeDeferred(part: Part, path: readonly string[], selection: SelectionNode): void {
    const fieldsOf = new Map<Part, SelectedField[]>();
    for (const field of selection.fields) {
      if (field.deferral === undefined) continue;
      const later = this.parts.at(part, path, field.deferral);
      const known = fieldsOf.get(later);
      if (known === undefined) fieldsOf.set(later, [field]);
      else known.push(field);
    }
    for (const [later, fields] of fieldsOf) later.subselection = this.#braced(later, path, selection, fields);
  }

  #within(part: Part, path: readonly string[], selection: SelectionNode): string {
    const own = selection.fields.filter((field) => field.deferral === undefined);
    const text = own.length === 0 ? emptyObject : this.#braced(part, path, selection, own);
    if (selection.hasDeferrals) this.#writeDeferred(part, path, selection);
    return text;
  }

  #braced(
    part: Part,
    path: readonly string[],
    { type }: SelectionNode,
    fields: readonly SelectedField[],
  ): string {
    const texts = fields.map((field) => {
      const text = underConditions(field, this.#field(part, path, type, field));
      return field.onType === type ? text : `... on ${field.onType} { ${text} }`;
    });
    const text = `{ ${texts.join(" ")} }`;
    this.#characters += text.length;
    if (this.#characters > charactersMax) throw new PlanTooLargeError("The operation defers too much.");
    return text;
  }

  #field(part: Part, path: readonly string[], type: string, field: SelectedField): string {
    const alias = field.responseKey === field.name ? "" : `${field.responseKey}: `;
    const head = `${alias}${field.name}${field.argumentsText}${field.directivesText}`;
    if (field.selection === undefined) return head;
    return `${head} ${this.#within(part, stepInto(path, type, field), field.selection)}`;
  }
}

/** Of an object all of whose fields are put off, the part still says whether it is there. */
const emptyObject = "{ __typename @skip(if: true) }";

function underConditions({ conditions }: SelectedField, text: string): string {
  return conditions.reduceRight(
    (inner, { variable, includes }) => `... @${includes ? "include" : "skip"}(if: $${variable}) { ${inner} }`,
    text,
  );
}
