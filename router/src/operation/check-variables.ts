import {
  type GraphQLInputObjectType,
  type GraphQLInputType,
  type GraphQLSchema,
  isEnumType,
  isInputObjectType,
  isListType,
  isNonNullType,
  type OperationDefinitionNode,
  typeFromAST,
  valueFromAST,
} from "graphql";
import { isValidScalar } from "../execute/complete.ts";
import type { GraphqlError } from "../graphql-error.ts";
import { isJsonObject, type JsonObject, type JsonValue } from "../json.ts";

export type CheckedVariables =
  | { kind: "valid"; variables: JsonObject }
  | { kind: "invalid"; errors: GraphqlError[] };

export type CheckVariables = (provided: JsonObject) => CheckedVariables;

interface VariableRule {
  name: string;
  type: GraphQLInputType;
  defaultValue: JsonValue | undefined;
}

export interface VariableCheckOptions {
  schema: GraphQLSchema;
  /** Asked about input fields that the schema does not have; undefined where all are refused. */
  passesUnknownField?: PassesUnknownField | undefined;
}

/** Whether a subgraph may see the field: one that the supergraph only hides stays hidden. */
export type PassesUnknownField = (field: UnknownField) => boolean;

export interface UnknownField {
  typeName: string;
  fieldName: string;
  message: string;
}

/** Checks what the client sent in full, as Apollo Router does, and fills in defaults. Values pass unchanged. */
export function compileVariableCheck(
  operation: OperationDefinitionNode,
  { schema, passesUnknownField }: VariableCheckOptions,
): CheckVariables {
  const rules = (operation.variableDefinitions ?? []).flatMap((definition): VariableRule[] => {
    // The casts hold: validation lets only input types and constant defaults of JSON form through.
    const type = typeFromAST(schema, definition.type as never) as GraphQLInputType | undefined;
    if (!type) return [];
    const defaultValue = definition.defaultValue
      ? (valueFromAST(definition.defaultValue, type) as JsonValue | undefined)
      : undefined;
    return [{ name: definition.variable.name.value, type, defaultValue }];
  });
  if (rules.length === 0) return () => noVariables;

  return function checkVariables(provided) {
    // Without a prototype: a variable may be called `constructor` or `__proto__`.
    const variables: JsonObject = Object.create(null);
    const errors: GraphqlError[] = [];
    for (const { name, type, defaultValue } of rules) {
      const value = Object.hasOwn(provided, name) ? provided[name] : defaultValue;
      const problem = findProblem(value, type, { kind: "variable", text: name, passesUnknownField });
      if (problem) errors.push(invalidVariable(name, problem));
      else if (value !== undefined) variables[name] = value;
    }
    return errors.length > 0 ? { kind: "invalid", errors } : { kind: "valid", variables };
  };
}

const noVariables: CheckedVariables = { kind: "valid", variables: {} };

function invalidVariable(name: string, message: string): GraphqlError {
  return { message, extensions: { name, code: "VALIDATION_INVALID_TYPE_VARIABLE" } };
}

interface Place {
  kind: "variable" | "input value";
  text: string;
  passesUnknownField: PassesUnknownField | undefined;
}

function findProblem(value: JsonValue | undefined, type: GraphQLInputType, place: Place): string | undefined {
  if (value === undefined) {
    return isNonNullType(type)
      ? `missing ${describe(place)}: for required GraphQL type \`${type}\``
      : undefined;
  }
  if (value === null) return isNonNullType(type) ? mismatch(value, type, place) : undefined;
  const nullable = isNonNullType(type) ? type.ofType : type;
  if (isListType(nullable)) return findProblemInList(value, nullable.ofType, place);
  if (isInputObjectType(nullable)) {
    if (!isJsonObject(value)) return mismatch(value, type, place);
    return findProblemInObject(value, { type: nullable, written: type }, place);
  }
  if (isEnumType(nullable)) {
    return typeof value === "string" && nullable.getValue(value) ? undefined : mismatch(value, type, place);
  }
  return isValidInput(nullable.name, value) ? undefined : mismatch(value, type, place);
}

function findProblemInList(value: JsonValue, itemType: GraphQLInputType, place: Place): string | undefined {
  // https://spec.graphql.org/October2021/#sec-List.Input-Coercion: a single value stands for a list of one.
  if (!Array.isArray(value)) return findProblem(value, itemType, place);
  for (let index = 0; index < value.length; index++) {
    const problem = findProblem(value[index], itemType, below(place, `[${index}]`));
    if (problem) return problem;
  }
  return undefined;
}

function findProblemInObject(
  value: JsonObject,
  { type, written }: { type: GraphQLInputObjectType; written: GraphQLInputType },
  place: Place,
): string | undefined {
  const fields = type.getFields();
  for (const unknown of Object.keys(value)) {
    if (Object.hasOwn(fields, unknown)) continue;
    const message = `unknown field ${describe(below(place, `.${unknown}`))} found for GraphQL type \`${written}\``;
    if (!place.passesUnknownField?.({ typeName: type.name, fieldName: unknown, message })) return message;
  }
  for (const field of Object.values(fields)) {
    // To Apollo Router a required field that is null is missing.
    const given = (Object.hasOwn(value, field.name) ? value[field.name] : undefined) ?? undefined;
    const usesDefault = given === undefined && field.defaultValue !== undefined;
    const problem = usesDefault ? undefined : findProblem(given, field.type, below(place, `.${field.name}`));
    if (problem) return problem;
  }
  return undefined;
}

function below(place: Place, step: string): Place {
  return { ...place, kind: "input value", text: place.text + step };
}

/** What may come in is what may go out, but for IDs: clients send text or whole numbers. */
function isValidInput(typeName: string, value: JsonValue): boolean {
  // JSON knows no number beyond all bounds: read as one, it would be written as null.
  if (typeof value === "number" && !Number.isFinite(value)) return false;
  if (typeName !== "ID") return isValidScalar(typeName, value);
  return typeof value === "string" || (typeof value === "number" && Number.isInteger(value));
}

function mismatch(value: JsonValue, type: GraphQLInputType, place: Place): string {
  return `invalid ${describe(place)}: found JSON ${describeJson(value)} for GraphQL type \`${type}\``;
}

function describe(place: Place): string {
  return place.kind === "variable" ? `variable \`$${place.text}\`` : `input value at \`$${place.text}\``;
}

function describeJson(value: JsonValue): string {
  if (value === null) return "null";
  if (Array.isArray(value)) return "array";
  return typeof value === "object" ? "map" : typeof value;
}
