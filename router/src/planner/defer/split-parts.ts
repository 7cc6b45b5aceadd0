import type { BooleanCondition, SelectedField, SelectionNode } from "../normalize/selection.ts";
import { PlanTooLargeError } from "../planner.ts";
import { type Part, Parts, stepInto } from "./part.ts";

/** Characters of all subselections together: they are written without fragments. */
const charactersMax = 1_000_000;

/** A place within a part. */
interface Place {
  part: Part;
  queryPath: readonly string[];
  /** The conditions of the fields on the way: what is put off here is put off under them. */
  conditions: readonly BooleanCondition[];
}

/** Divides an operation into parts and writes down what the client selects in each. */
export function splitParts(selection: SelectionNode): Parts {
  const splitter = new Splitter();
  splitter.divide(selection);
  return splitter.parts;
}

class Splitter {
  readonly parts = new Parts();
  /** One part may begin at a place more than once, under unlike conditions. */
  readonly #texts = new Map<Part, string[]>();
  #characters = 0;

  divide(selection: SelectionNode): void {
    const place = { part: this.parts.first, queryPath: [], conditions: [] };
    const own = selection.fields.filter((field) => field.deferral === undefined);
    if (own.length > 0) this.#add(place.part, this.#write(place, selection, own));
    this.#putOff(place, selection);
    for (const [part, texts] of this.#texts) part.subselection = `{ ${texts.join(" ")} }`;
  }

  #add(part: Part, text: string): void {
    const texts = this.#texts.get(part);
    if (texts === undefined) this.#texts.set(part, [text]);
    else if (!texts.includes(text)) texts.push(text);
  }

  #putOff({ part, queryPath, conditions }: Place, selection: SelectionNode): void {
    const fieldsOf = new Map<Part, SelectedField[]>();
    for (const field of selection.fields) {
      if (field.deferral === undefined) continue;
      const later = this.parts.at(part, queryPath, field.deferral);
      const known = fieldsOf.get(later);
      if (known === undefined) fieldsOf.set(later, [field]);
      else known.push(field);
    }
    for (const [later, fields] of fieldsOf) {
      const text = this.#write({ part: later, queryPath, conditions }, selection, fields);
      this.#add(later, underConditions(conditions, text));
    }
  }

  /** The fields as their part has them. What is put off below goes to parts of its own. */
  #write(place: Place, { type }: SelectionNode, fields: readonly SelectedField[]): string {
    const texts = fields.map((field) => {
      const text = underConditions(field.conditions, this.#writeField(place, type, field));
      return field.onType === type ? text : `... on ${field.onType} { ${text} }`;
    });
    const text = texts.join(" ");
    this.#characters += text.length;
    if (this.#characters > charactersMax) throw new PlanTooLargeError("The operation defers too much.");
    return text;
  }

  #writeField(place: Place, type: string, field: SelectedField): string {
    const alias = field.responseKey === field.name ? "" : `${field.responseKey}: `;
    const head = `${alias}${field.name}${field.argumentsText}${field.directivesText}`;
    const { selection } = field;
    if (selection === undefined) return head;
    const inner: Place = {
      part: place.part,
      queryPath: stepInto(place.queryPath, type, field),
      conditions: [...place.conditions, ...field.conditions],
    };
    const own = selection.fields.filter((each) => each.deferral === undefined);
    const text = own.length === 0 ? emptyObject : this.#write(inner, selection, own);
    if (selection.hasDeferrals) this.#putOff(inner, selection);
    return `${head} { ${text} }`;
  }
}

/** Of an object all of whose fields are put off, the part still says whether it is there. */
const emptyObject = "__typename @skip(if: true)";

function underConditions(conditions: readonly BooleanCondition[], text: string): string {
  return conditions.reduceRight(
    (inner, { variable, includes }) => `... @${includes ? "include" : "skip"}(if: $${variable}) { ${inner} }`,
    text,
  );
}
