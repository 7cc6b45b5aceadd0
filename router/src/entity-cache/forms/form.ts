import { isJsonObject, type JsonObject, type JsonValue } from "../../json.ts";

/**
 * What was selected of an object, its arguments resolved: two selections of one form give the same data, whatever
 * operation they stand in. Data is kept as it came, under the keys of its form.
 */
export class Form {
  /** One number for each form of the process. */
  readonly id = formsMade++;
  /** What `@requires` demands for its fields. */
  readonly requirements: readonly string[];
  private readonly canonicals: ReadonlySet<string>;
  private readonly sources = new WeakMap<Form, Projection>();

  constructor(
    readonly text: string,
    readonly fields: readonly FormField[],
    /** A field under an authorization directive is part of it. */
    readonly isProtected: boolean,
  ) {
    this.requirements = fields.flatMap(({ requires }) => (requires === undefined ? [] : [requires]));
    this.canonicals = new Set(fields.map(({ canonical }) => canonical));
  }

  /** Whether it has the field, with whatever below it. */
  has({ canonical }: FormField): boolean {
    return this.canonicals.has(canonical);
  }

  /** How data of this form is read from data of another. */
  from(source: Form): Projection {
    let projection = this.sources.get(source);
    if (!projection) {
      projection = new Projection(source, this);
      this.sources.set(source, projection);
    }
    return projection;
  }
}

let formsMade = 0;

export interface FormField {
  /** Where the value stands in the data. */
  readonly key: string;
  /** The field with its arguments and a hash of its definition: equal where the value is. */
  readonly canonical: string;
  readonly name: string;
  /** Object types that have it here; undefined for all. */
  readonly types: ReadonlySet<string> | undefined;
  /** Undefined for leaves. */
  readonly below: Form | undefined;
  readonly requires: string | undefined;
}

/** The same for both: a value that can be taken over as it is. */
interface Step {
  fromKey: string;
  toKey: string;
  below: Projection | undefined;
}

/** Reads one form's data out of another's, wherever the other holds more, or the same under other keys. */
export class Projection {
  /** For each field of the target its place in the source, undefined where there is none. */
  readonly steps: readonly (Step | undefined)[];
  private readonly stepsByType = new Map<string, readonly Step[] | undefined>();
  private readonly typeNameKey: string | undefined;
  private readonly hasTypes: boolean;

  constructor(
    private readonly source: Form,
    private readonly target: Form,
  ) {
    this.hasTypes = [...source.fields, ...target.fields].some(({ types }) => types);
    this.typeNameKey = source.fields.find(({ name, types }) => name === "__typename" && !types)?.key;
    this.steps = this.hasTypes ? [] : target.fields.map((field) => findStep(source.fields, field));
  }

  /** Undefined where something is missing. */
  read(value: JsonValue | undefined): JsonValue | undefined {
    if (value === null || value === undefined) return value;
    if (Array.isArray(value)) {
      const items: JsonValue[] = [];
      for (const item of value) {
        const read = this.read(item);
        if (read === undefined) return undefined;
        items.push(read);
      }
      return items;
    }
    return isJsonObject(value) ? this.readObject(value) : undefined;
  }

  private readObject(object: JsonObject): JsonObject | undefined {
    const steps = this.hasTypes ? this.stepsFor(object) : this.steps;
    if (!steps) return undefined;
    const result: JsonObject = {};
    for (const step of steps) {
      const value = step && readStep(step, object);
      if (value === undefined) return undefined;
      result[step!.toKey] = value;
    }
    return result;
  }

  private stepsFor(object: JsonObject): readonly Step[] | undefined {
    const typeName = this.typeNameKey === undefined ? undefined : object[this.typeNameKey];
    if (typeof typeName !== "string") return undefined;
    if (!this.stepsByType.has(typeName)) this.stepsByType.set(typeName, this.findSteps(typeName));
    return this.stepsByType.get(typeName);
  }

  private findSteps(typeName: string): readonly Step[] | undefined {
    const has = ({ types }: FormField) => types === undefined || types.has(typeName);
    const wanted = this.target.fields.filter(has);
    // Two selections under one key would have to be merged: too rare to be worth it.
    if (new Set(wanted.map(({ key }) => key)).size < wanted.length) return undefined;
    const known = this.source.fields.filter(has);
    const steps = wanted.flatMap((field) => findStep(known, field) ?? []);
    return steps.length === wanted.length ? steps : undefined;
  }
}

export function readStep({ fromKey, below }: Step, object: JsonObject): JsonValue | undefined {
  const value: unknown = object[fromKey];
  // A field may be called `toString`: every object inherits a function of that name, and JSON has none.
  if (value === undefined || typeof value === "function") return undefined;
  // The cast holds: the object comes from JSON.
  return below ? below.read(value as JsonValue) : (value as JsonValue);
}

function findStep(source: readonly FormField[], wanted: FormField): Step | undefined {
  const found = source.find(({ canonical }) => canonical === wanted.canonical);
  if (!found || (found.below === undefined) !== (wanted.below === undefined)) return undefined;
  const below = wanted.below && found.below && wanted.below.from(found.below);
  const isWhole = !below || below.steps.every((step) => step);
  return isWhole ? { fromKey: found.key, toKey: wanted.key, below } : undefined;
}
