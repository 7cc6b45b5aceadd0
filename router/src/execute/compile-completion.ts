import {
  type GraphQLNamedOutputType,
  type GraphQLOutputType,
  type GraphQLSchema,
  isAbstractType,
  isEnumType,
  isListType,
  isNonNullType,
  isObjectType,
} from "graphql";
import type { JsonObject, JsonValue } from "../json.ts";
import { type Condition, holds } from "./condition.ts";
import type { SelectedField, Selection } from "./selection.ts";
import { quote, WrittenFunction } from "./written-function.ts";

/** Stands for everything that is not plainly right: then `completeData` goes through the answer and says why. */
export const unusual = Symbol("unusual");

/** Shapes data that is all as the schema says. It looks at each value once and keeps no path. */
export type CompletePlainData = (data: JsonObject, variables: JsonObject) => JsonObject | typeof unusual;

export interface CompletionRules {
  schema: GraphQLSchema;
  selection: Selection;
  rootTypeName: string;
  /** Whether a missing field counts as unusual even where it may be null. */
  reportsMissing: boolean;
}

/**
 * Writes a JavaScript function for each selected type, so that every property access has a name of its own:
 * several times faster than walking the selection for each object.
 */
export function compileCompletion(rules: CompletionRules): CompletePlainData {
  const compiler = new CompletionCompiler(rules);
  const completeRoot = compiler.compileObject(rules.selection, rules.rootTypeName);
  const { conditions } = compiler;

  return function completePlainData(data, variables) {
    return completeRoot(
      data,
      conditions.length === 0 ? none : conditions.map((each) => holds(each, variables)),
    );
  };
}

const none: readonly boolean[] = [];

/** `met` tells which of the operation's conditions hold. */
type CompleteObject = (object: JsonObject, met: readonly boolean[]) => JsonObject | typeof unusual;
type CompleteValue = (value: JsonValue, met: readonly boolean[]) => JsonValue | typeof unusual;

class CompletionCompiler {
  readonly conditions: Condition[] = [];
  private readonly typeNames: ReadonlySet<string>;

  constructor(private readonly rules: CompletionRules) {
    this.typeNames = new Set(
      Object.values(rules.schema.getTypeMap())
        .filter((type) => isObjectType(type) || isAbstractType(type))
        .map(({ name }) => name),
    );
  }

  compileObject(selection: Selection, typeName: string): CompleteObject {
    const scope = new WrittenFunction();
    const fields = selection.fieldsFor(typeName).filter(({ when }) => when.kind !== "never");
    const parts = fields.map((field, index) =>
      field.name === "__typename"
        ? `var v${index} = ${quote(typeName)};`
        : this.writeField(field, `v${index}`, scope),
    );
    const knows = scope.add(this.typeNames);
    const isTyped = `const t = o.__typename; if (t !== undefined && t !== ${quote(typeName)} && !${knows}.has(t)) return x;`;
    const body = fields.some(({ when }) => when.kind !== "always")
      ? this.writeConditionally(fields, parts)
      : `${parts.join("\n")}\nreturn {${fields.map(({ key }, index) => `${quote(key)}: v${index}`).join(", ")}};`;
    return build(scope, `if (typeof o !== "object" || Array.isArray(o)) return x;\n${isTyped}\n${body}`);
  }

  private writeConditionally(fields: readonly SelectedField[], parts: readonly string[]): string {
    const writes = fields.map(({ key, when }, index) => {
      const write = `${parts[index]}\nr[${quote(key)}] = v${index};`;
      if (when.kind === "always") return write;
      const number = this.conditions.push(when) - 1;
      return `if (m[${number}]) {\n${write}\n}`;
    });
    return `const r = {};\n${writes.join("\n")}\nreturn r;`;
  }

  private writeField(
    { key, type, selection }: SelectedField,
    variable: string,
    scope: WrittenFunction,
  ): string {
    const name = quote(key);
    // A key that every object inherits, such as `toString`, must be the object's own.
    const read =
      key in Object.prototype ? `Object.hasOwn(o, ${name}) ? o[${name}] : undefined` : `o[${name}]`;
    const missing = this.rules.reportsMissing ? `if (${variable} === undefined) return x;\n` : "";
    return `var ${variable} = ${read};\n${missing}${this.writeCheck(type, variable, selection, scope)}`;
  }

  private writeCheck(
    type: GraphQLOutputType,
    variable: string,
    selection: Selection | undefined,
    scope: WrittenFunction,
  ): string {
    if (isNonNullType(type)) {
      const check = this.writePresent(type.ofType, variable, selection, scope);
      return `if (${variable} === null || ${variable} === undefined) return x;\n${check}`;
    }
    const check = this.writePresent(type, variable, selection, scope);
    return `if (${variable} === null || ${variable} === undefined) ${variable} = null;\nelse {\n${check}\n}`;
  }

  private writePresent(
    type: GraphQLOutputType,
    variable: string,
    selection: Selection | undefined,
    scope: WrittenFunction,
  ): string {
    if (isListType(type)) return call(scope.add(this.compileList(type.ofType, selection)), variable);
    // The cast holds: neither a list nor non-null is left.
    const named = type as GraphQLNamedOutputType;
    if (selection) return call(scope.add(this.compileComposite(named, selection)), variable);
    if (isEnumType(named)) {
      const values = scope.add(new Set(named.getValues().map(({ name }) => name)));
      return `if (!${values}.has(${variable})) return x;`;
    }
    const test = scalarTests[named.name];
    return test ? `if (!(${test.replaceAll("v", variable)})) return x;` : "";
  }

  private compileList(itemType: GraphQLOutputType, selection: Selection | undefined): CompleteValue {
    const scope = new WrittenFunction();
    const check = this.writeCheck(itemType, "v", selection, scope);
    return build(
      scope,
      `if (!Array.isArray(o)) return x;
const r = new Array(o.length);
for (let i = 0; i < o.length; i++) {
var v = o[i];
${check}
r[i] = v;
}
return r;`,
    );
  }

  private compileComposite(type: GraphQLNamedOutputType, selection: Selection): CompleteValue {
    // The casts hold: each function looks at what it gets before it uses it as an object.
    if (isObjectType(type)) return this.compileObject(selection, type.name) as CompleteValue;
    const byTypeName = new Map<unknown, CompleteValue>();
    return (value, met) => {
      const typeName = (value as JsonObject).__typename;
      let complete = byTypeName.get(typeName);
      if (!complete) {
        const concrete = typeof typeName === "string" ? this.rules.schema.getType(typeName) : undefined;
        if (!isObjectType(concrete)) return unusual;
        complete = this.compileObject(selection, concrete.name) as CompleteValue;
        byTypeName.set(typeName, complete);
        // Its conditions were not known when this answer's were judged; the next answer's are.
        if (this.conditions.length > met.length) return unusual;
      }
      return complete(value, met);
    };
  }
}

const scalarTests: Record<string, string> = {
  String: `typeof v === "string"`,
  Int: "(v | 0) === v",
  Float: `typeof v === "number"`,
  Boolean: `typeof v === "boolean"`,
};

function call(name: string, variable: string): string {
  return `${variable} = ${name}(${variable}, m);\nif (${variable} === x) return x;`;
}

function build<Complete extends CompleteObject | CompleteValue>(
  scope: WrittenFunction,
  body: string,
): Complete {
  return scope.build("o, m", `const x = ${scope.add(unusual)};\n${body}`);
}
