import {
  type GraphQLOutputType,
  type GraphQLSchema,
  getNamedType,
  isAbstractType,
  isCompositeType,
  isEnumType,
  isInterfaceType,
  isListType,
  isNonNullType,
  isObjectType,
} from "graphql";
import type { GraphqlError } from "../graphql-error.ts";
import { isJsonObject, type JsonObject, type JsonValue } from "../json.ts";
import type { AnswerPath } from "./answer-path.ts";
import type { CompletionRules } from "./compile-completion.ts";
import { holds } from "./condition.ts";
import type { SelectedField, Selection } from "./selection.ts";

/** The answer's data in the client's shape, and what had to become null on the way. */
export interface Completed {
  data: JsonObject | null;
  /** What Apollo Router reports as `extensions.valueCompletion`. */
  valueCompletion: GraphqlError[];
  /** Errors of the specification's kind, which `supergraph.enable_result_coercion_errors` adds to the answer. */
  coercionErrors: GraphqlError[];
}

export interface CompletionRequest extends CompletionRules {
  variables: JsonObject;
}

/**
 * Completes values as Apollo Router 2.17 does: what cannot be coerced becomes null, and a null where the schema
 * forbids one takes its parent with it. https://spec.graphql.org/October2021/#CompleteValue()
 */
export function completeData(data: JsonObject | null, request: CompletionRequest): Completed {
  const completer = new Completer(request);
  const completed = data === null ? null : completer.completeRoot(data);
  return {
    data: completed,
    valueCompletion: completer.valueCompletion,
    coercionErrors: completer.coercionErrors,
  };
}

/** A value that the schema forbids. It was reported where it arose; its parent must become null. */
const invalid = Symbol("invalid");
type Result = JsonValue | typeof invalid;

class Completer {
  readonly valueCompletion: GraphqlError[] = [];
  readonly coercionErrors: GraphqlError[] = [];
  private readonly path: (string | number)[] = [];

  constructor(private readonly request: CompletionRequest) {}

  completeRoot(data: JsonObject): JsonObject | null {
    const { selection, rootTypeName } = this.request;
    const completed = this.completeFields(data, selection.fieldsFor(rootTypeName), rootTypeName);
    return completed === invalid ? null : completed;
  }

  private completeFields(
    object: JsonObject,
    fields: readonly SelectedField[],
    typeName: string,
  ): JsonObject | typeof invalid {
    const completed: JsonObject = {};
    for (const field of fields) {
      if (!holds(field.when, this.request.variables)) continue;
      const value = field.name === "__typename" ? typeName : this.completeField(object, field);
      if (value === invalid) return invalid;
      completed[field.key] = value;
    }
    return completed;
  }

  private completeField(object: JsonObject, field: SelectedField): Result {
    const value = Object.hasOwn(object, field.key) ? object[field.key] : undefined;
    if (value === undefined) return this.completeMissing(field);
    this.path.push(field.key);
    const completed = this.completeValue(value, field.type, field.selection);
    this.path.pop();
    return completed === invalid && !isNonNullType(field.type) ? null : completed;
  }

  /** Apollo Router reports the parent, since that is what becomes null. */
  private completeMissing(field: SelectedField): Result {
    this.coercionErrors.push(coercionError("Missing field", [...this.path, field.key]));
    if (!isNonNullType(field.type)) return null;
    const typeName = getNamedType(field.type).name;
    this.valueCompletion.push({
      message: `Cannot return null for non-nullable type ${typeName}`,
      path: [...this.path],
    });
    return invalid;
  }

  private completeValue(value: JsonValue, type: GraphQLOutputType, selection: Selection | undefined): Result {
    if (isNonNullType(type)) return this.completeNonNull(value, type.ofType, selection);
    if (value === null) return null;
    if (isListType(type)) return this.completeList(value, type.ofType, selection);
    if (isCompositeType(type)) return this.completeObject(value, type, selection);
    return this.completeLeaf(value, type);
  }

  private completeNonNull(
    value: JsonValue,
    type: GraphQLOutputType,
    selection: Selection | undefined,
  ): Result {
    const completed = this.completeValue(value, type, selection);
    if (completed !== null && completed !== invalid) return completed;
    const reportedBelow = completed === invalid && (isListType(type) || isCompositeType(getNamedType(type)));
    if (reportedBelow) return invalid;
    const message = `Null value found for non-nullable type ${type}`;
    this.valueCompletion.push({ message, path: [...this.path] });
    if (completed === null) this.coercionErrors.push(coercionError(message, [...this.path]));
    return invalid;
  }

  private completeList(
    value: JsonValue,
    itemType: GraphQLOutputType,
    selection: Selection | undefined,
  ): Result {
    if (!Array.isArray(value)) return null;
    const completed: JsonValue[] = [];
    for (let index = 0; index < value.length; index++) {
      this.path.push(index);
      const item = this.completeValue(value[index]!, itemType, selection);
      this.path.pop();
      if (item === invalid && isNonNullType(itemType)) {
        if (!isListType(itemType.ofType)) {
          const message = `Invalid value found inside the array of type [${itemType}]`;
          this.coercionErrors.push(coercionError(message, [...this.path]));
        }
        return invalid;
      }
      completed.push(item === invalid ? null : item);
    }
    return completed;
  }

  private completeObject(
    value: JsonValue,
    type: GraphQLOutputType,
    selection: Selection | undefined,
  ): Result {
    if (!isJsonObject(value) || !selection) return null;
    const typeName = concreteTypeName(value, type, this.request.schema);
    return typeName === undefined
      ? null
      : this.completeFields(value, selection.fieldsFor(typeName), typeName);
  }

  private completeLeaf(value: JsonValue, type: GraphQLOutputType): Result {
    if (isEnumType(type)) return typeof value === "string" && type.getValue(value) ? value : null;
    const name = getNamedType(type).name;
    if (isValidScalar(name, value)) return value;
    this.coercionErrors.push(coercionError(`Invalid value found for the type ${name}`, [...this.path]));
    return invalid;
  }
}

function coercionError(message: string, path: AnswerPath): GraphqlError {
  return { message, path, extensions: { code: "RESPONSE_VALIDATION_FAILED" } };
}

/** ID and custom scalars pass as they are: the subgraph knows their form, the router does not. */
export function isValidScalar(name: string, value: JsonValue): boolean {
  switch (name) {
    case "Int":
      return typeof value === "number" && Number.isInteger(value) && value >= -(2 ** 31) && value < 2 ** 31;
    case "Float":
      return typeof value === "number";
    case "Boolean":
      return typeof value === "boolean";
    case "String":
      return typeof value === "string";
    default:
      return true;
  }
}

/** Undefined where the object claims a type that clients may not see: then nothing of it may leak. */
export function concreteTypeName(
  object: JsonObject,
  type: GraphQLOutputType,
  schema: GraphQLSchema,
): string | undefined {
  const claimed = object.__typename;
  if (typeof claimed === "string") {
    const claimedType = schema.getType(claimed);
    if (!isObjectType(claimedType) && !isInterfaceType(claimedType)) return undefined;
    if (isAbstractType(type)) return claimed;
  }
  return getNamedType(type).name;
}
