import type { OutputName } from "./names.ts";

/**
 * What a place of the file may hold. `Value` is what the rest of the router sees there, `Unit` the word that its
 * name then ends in. The one description serves checking, defaults, the printed JSON Schema and the report.
 */
export class Schema<out Value = unknown, out Unit extends string = string> {
  declare readonly value: Value;
  declare readonly unitType: Unit;

  constructor(
    readonly shape: Shape,
    readonly unit: Unit,
    readonly traits: Traits = { presence: { kind: "required" }, nullable: false, steps: [] },
  ) {}

  /** May be absent or empty. */
  optional(): Schema<Value | undefined, Unit> {
    return this.with({ presence: { kind: "optional" }, nullable: true });
  }

  /** May be absent, but not empty. */
  omittable(): Schema<Value | undefined, Unit> {
    return this.with({ presence: { kind: "optional" } });
  }

  /** May be absent. The default is written as the file would write it. */
  default(input: unknown): Schema<Value, Unit> {
    return this.with({ presence: { kind: "default", input } });
  }

  /** May be absent, with a default, or empty for none. */
  defaultOrNone(input: unknown): Schema<Value | undefined, Unit> {
    return this.with({ presence: { kind: "default", input }, nullable: true });
  }

  describe(description: string): Schema<Value, Unit> {
    return this.with({ description });
  }

  /** Printed once in the JSON Schema, under this name. */
  named(definition: string): Schema<Value, Unit> {
    return this.with({ definition });
  }

  /** Runs when everything inside is right. */
  check(check: (value: Value, report: Report) => void): Schema<Value, Unit> {
    return this.with({ steps: [...this.traits.steps, { kind: "check", run: check as AnyCheck }] });
  }

  to<Result>(transform: (value: Value) => Result): Schema<Result, Unit> {
    return this.with({ steps: [...this.traits.steps, { kind: "map", run: transform as AnyTransform }] });
  }

  /** Valid, but without effect in this engine. */
  ignored(note: string): Schema<Value, Unit> {
    return this.with({ support: { state: "ignored", note } });
  }

  /** Valid, but this engine does not have it. Where `isOn` is false the key asks for nothing and may stay. */
  refused(feature: string, isOn: (value: Value) => boolean = () => true): Schema<Value, Unit> {
    return this.with({ support: { state: "refused", feature, isOn: isOn as AnyPredicate } });
  }

  /** Supported, but for some values. */
  refusedWhen(feature: string, isRefused: (value: Value) => boolean): Schema<Value, Unit> {
    return this.with({ support: { state: "mixed", feature, isOn: isRefused as AnyPredicate } });
  }

  /** Supported inside something that is ignored or refused. */
  supported(): Schema<Value, Unit> {
    return this.with({ support: { state: "supported" } });
  }

  private with<Changed>(traits: Partial<Traits>): Schema<Changed, Unit> {
    return new Schema<Changed, Unit>(this.shape, this.unit, { ...this.traits, ...traits });
  }
}

export type Infer<S extends Schema> = S["value"];

/** Reports a problem at a path below the value, for example `["policies", 0, "origins"]`. */
export type Report = (below: readonly (string | number)[], message: string) => void;

type AnyCheck = (value: unknown, report: Report) => void;
type AnyTransform = (value: unknown) => unknown;
type AnyPredicate = (value: unknown) => boolean;

export interface Traits {
  readonly presence: Presence;
  readonly nullable: boolean;
  readonly steps: readonly Step[];
  readonly description?: string;
  readonly definition?: string;
  readonly support?: Support;
}

export type Presence =
  | { readonly kind: "required" }
  | { readonly kind: "optional" }
  | { readonly kind: "default"; readonly input: unknown };

export type Step =
  | { readonly kind: "check"; readonly run: AnyCheck }
  | { readonly kind: "map"; readonly run: AnyTransform };

export type Support =
  | { readonly state: "supported" }
  | { readonly state: "ignored"; readonly note: string }
  | { readonly state: "refused" | "mixed"; readonly feature: string; readonly isOn: AnyPredicate };

export type Shape = ObjectShape | ListShape | UnionShape | EnumShape | ScalarShape | LazyShape | AnyShape;

export interface ObjectShape {
  readonly kind: "object";
  readonly fields: Fields;
  /** What keys beside the fields hold; without it they are unknown. */
  readonly rest: Schema | undefined;
  /** Attribute and instrument names are kept as they are. */
  readonly verbatim: boolean;
}

export interface ListShape {
  readonly kind: "list";
  readonly item: Schema;
  readonly itemsMin: number;
  readonly itemsMax: number;
  readonly unique: boolean;
}

export interface UnionShape {
  readonly kind: "union";
  readonly alternatives: readonly Schema[];
}

export interface EnumShape {
  readonly kind: "enum";
  readonly values: readonly string[];
}

export interface ScalarShape {
  readonly kind: "scalar";
  /** As in "expected a duration such as 30s". */
  readonly expected: string;
  readonly jsonSchema: Readonly<Record<string, unknown>>;
  readonly parse: (raw: string | number | boolean) => ScalarResult;
}

export type ScalarResult =
  | { readonly kind: "parsed"; readonly value: unknown }
  /** The type is wrong. */
  | { readonly kind: "mismatch" }
  /** The type is right, the value is not. */
  | { readonly kind: "bad"; readonly reason: string };

export interface LazyShape {
  readonly kind: "lazy";
  readonly get: () => Schema;
}

export interface AnyShape {
  readonly kind: "any";
}

export type Fields = Readonly<Record<string, Schema>>;

export type ObjectValue<F extends Fields> = {
  readonly [Key in keyof F & string as OutputName<Key, F[Key]["unitType"]>]: F[Key]["value"];
};

export type VerbatimValue<F extends Fields> = { readonly [Key in keyof F]: F[Key]["value"] };
