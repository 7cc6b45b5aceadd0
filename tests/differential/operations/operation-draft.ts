import {
  doTypesOverlap,
  type GraphQLCompositeType,
  type GraphQLField,
  type GraphQLInputType,
  type GraphQLSchema,
  isCompositeType,
  isInterfaceType,
  isObjectType,
} from "graphql";
import type { Random } from "../random.ts";
import type { OperationLimits } from "./generate-operation.ts";

export interface FragmentDraft {
  name: string;
  type: GraphQLCompositeType;
  text: string;
}

interface VariableDraft {
  name: string;
  typeText: string;
  definition: string;
}

/** What a document holds so far: fragments, variables, which response name stands for what. */
export class OperationDraft {
  readonly fragments: FragmentDraft[] = [];
  readonly variableValues: Record<string, unknown> = {};
  readonly #signatures = new Map<string, string>();
  readonly #ambiguousNames: ReadonlySet<string>;
  #variables: VariableDraft[] = [];
  #fieldsLeft = 0;
  #fragmentsBefore = 0;
  #variableCount = 0;

  constructor(
    readonly schema: GraphQLSchema,
    readonly random: Random,
    readonly limits: OperationLimits,
  ) {
    this.#ambiguousNames = ambiguousFieldNames(schema);
  }

  /** Fragments with variables belong to one operation, so each starts without those of the one before. */
  startOperation(): void {
    this.#variables = [];
    this.#fragmentsBefore = this.fragments.length;
    this.#fieldsLeft = this.random.between(2, this.limits.fields);
  }

  get hasBudget(): boolean {
    return this.#fieldsLeft > 0;
  }

  spend(): void {
    this.#fieldsLeft--;
  }

  get variableDefinitions(): string[] {
    return this.#variables.map((variable) => variable.definition);
  }

  get reusableFragments(): FragmentDraft[] {
    return this.fragments.slice(this.#fragmentsBefore);
  }

  addFragment(type: GraphQLCompositeType, selections: () => string): string {
    const body = selections();
    const name = `F${this.fragments.length}`;
    this.fragments.push({ name, type, text: `fragment ${name} on ${type.name} ${body}` });
    return name;
  }

  overlappingTypes(type: GraphQLCompositeType): GraphQLCompositeType[] {
    return Object.values(this.schema.getTypeMap()).filter(
      (other): other is GraphQLCompositeType =>
        isCompositeType(other) && !other.name.startsWith("__") && doTypesOverlap(this.schema, type, other),
    );
  }

  /** `undefined` leaves the variable out of the request. */
  addVariable(variable: {
    type: GraphQLInputType;
    typeText: string;
    defaultText: string;
    value: unknown;
  }): string {
    const name = `v${this.#variableCount++}`;
    const definition = `$${name}: ${variable.typeText}${variable.defaultText}`;
    this.#variables.push({ name, typeText: variable.typeText, definition });
    if (variable.value !== undefined) this.variableValues[name] = variable.value;
    return `$${name}`;
  }

  variableOfType(typeText: string): string | undefined {
    const known = this.#variables.filter((variable) => variable.typeText === typeText);
    return known.length > 0 ? `$${this.random.pick(known).name}` : undefined;
  }

  directives = (): string => {
    if (!this.random.chance(0.1)) return "";
    const name = this.random.pick(["skip", "include"]);
    const text = ` @${name}(if: ${this.#condition()})`;
    if (!this.random.chance(0.1)) return text;
    return `${text} @${name === "skip" ? "include" : "skip"}(if: ${this.#condition()})`;
  };

  /** Equal response names must mean equal fields: most get one by what they ask, a few take a neighbour's. */
  alias(of: {
    field: GraphQLField<unknown, unknown>;
    values: string;
    siblings: readonly GraphQLField<unknown, unknown>[];
  }): string {
    const { field, values } = of;
    if (this.random.chance(0.02)) return `${this.random.pick(of.siblings).name}: `;
    const isAmbiguous = this.#ambiguousNames.has(field.name) && this.random.chance(0.85);
    const signature = `${field.name}${values}${isAmbiguous ? String(field.type) : ""}`;
    const usual = isAmbiguous ? `${field.name}_${String(field.type).replace(/\W/g, "_")}` : field.name;
    if (this.#claim(usual, signature)) return this.#maybeAliased(field.name, usual, signature);
    for (let i = 2; ; i++) {
      const name = `${usual}_${i}`;
      if (this.#claim(name, signature)) return `${name}: `;
    }
  }

  #maybeAliased(fieldName: string, usual: string, signature: string): string {
    if (!this.random.chance(0.12)) return usual === fieldName ? "" : `${usual}: `;
    const name = `${usual}_${this.random.pick(["x", "y"])}`;
    return this.#claim(name, signature) ? `${name}: ` : usual === fieldName ? "" : `${usual}: `;
  }

  #claim(responseName: string, signature: string): boolean {
    const known = this.#signatures.get(responseName);
    if (known === undefined) this.#signatures.set(responseName, signature);
    return known === undefined || known === signature;
  }

  #condition(): string {
    const value = this.random.chance(0.6);
    if (this.random.chance(0.4)) return String(value);
    const reused = this.random.chance(0.5) ? this.variableOfType("Boolean!") : undefined;
    if (reused) return reused;
    const type = this.schema.getType("Boolean") as GraphQLInputType;
    if (this.random.chance(0.2)) {
      return this.addVariable({ type, typeText: "Boolean", defaultText: ` = ${value}`, value: undefined });
    }
    return this.addVariable({ type, typeText: "Boolean!", defaultText: "", value });
  }
}

/** Names whose type differs from one object type to the next: they collide under an abstract type. */
function ambiguousFieldNames(schema: GraphQLSchema): Set<string> {
  const types = new Map<string, string>();
  const ambiguous = new Set<string>();
  for (const type of Object.values(schema.getTypeMap())) {
    if (!isObjectType(type) && !isInterfaceType(type)) continue;
    for (const field of Object.values(type.getFields())) {
      const text = String(field.type);
      if ((types.get(field.name) ?? text) !== text) ambiguous.add(field.name);
      types.set(field.name, text);
    }
  }
  return ambiguous;
}
