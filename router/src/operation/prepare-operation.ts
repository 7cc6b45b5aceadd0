import {
  type DocumentNode,
  type FragmentDefinitionNode,
  GraphQLError,
  type GraphQLSchema,
  Kind,
  type OperationDefinitionNode,
  parse,
  type SelectionSetNode,
  visit,
} from "graphql";
import { createCompletion } from "../execute/create-completion.ts";
import { type Fragments, Selection } from "../execute/selection.ts";
import type { ObservedField } from "../telemetry/observer.ts";
import { asksSubgraphs } from "./asks-subgraphs.ts";
import { compileVariableCheck, type PassesUnknownField } from "./check-variables.ts";
import { listFields } from "./list-fields.ts";
import { measureOperation, type OperationMeasure } from "./measure.ts";
import type { Introspection, Operation } from "./operation.ts";
import { type OperationRefusal, refusals, refuse, refuseParse } from "./operation-errors.ts";
import { isPlainlyValid } from "./plain/is-plainly-valid.ts";
import { scanText } from "./scan-text.ts";
import { validateOperation } from "./validate-operation.ts";

export type PreparedOperation =
  | { kind: "prepared"; operation: Operation }
  | { kind: "refused"; refusal: OperationRefusal };

export interface OperationRules {
  schema: GraphQLSchema;
  limits: OperationLimits;
  /** `supergraph.enable_result_coercion_errors` */
  reportsCoercionErrors: boolean;
  /** Set while `supergraph.strict_variable_validation` only measures. */
  passesUnknownField?: PassesUnknownField | undefined;
  /** Told of what passes only because `limits.warn_only` is set. */
  warn(message: string): void;
}

/** `undefined` where the configuration sets no limit. */
export interface OperationLimits {
  parserMaxTokens: number;
  parserMaxRecursion: number;
  maxDepth: number | undefined;
  maxHeight: number | undefined;
  maxRootFields: number | undefined;
  maxAliases: number | undefined;
  maxRecursiveSelections: number;
  warnOnly: boolean;
}

/** Reads a client's text. Nothing here depends on the request, so the result is cached by text and name. */
export function prepareOperation(
  text: string,
  name: string | undefined,
  rules: OperationRules,
): PreparedOperation {
  const tooLong = checkText(text, rules.limits);
  if (tooLong) return refused(tooLong);
  const read = readDocument(text, rules.schema);
  if (read.kind === "refused") return read;
  const { document } = read;
  const chosen = chooseOperation(document, name);
  if (chosen.kind === "refused") return chosen;
  const { definition } = chosen;
  const fragments = collectFragments(document);
  const measure = measureOperation(definition.selectionSet, fragments);
  const tooLarge = checkMeasure(measure, rules) ?? checkAliases(text, document);
  if (tooLarge) return refused(tooLarge);
  const selection = Selection.ofOperation({ schema: rules.schema, fragments }, definition.selectionSet);
  const rootType = rules.schema.getRootType(definition.operation);
  if (!rootType) return refused(refusals.noRootType(definition));
  return {
    kind: "prepared",
    operation: {
      text,
      name: definition.name?.value,
      kind: definition.operation,
      document,
      fragments,
      definition,
      rootTypeName: rootType.name,
      measure,
      conditionVariables: text.includes("@") ? readConditionVariables(document) : [],
      checkVariables: compileVariableCheck(definition, rules),
      complete: createCompletion({
        schema: rules.schema,
        selection,
        rootTypeName: rootType.name,
        reportsMissing: rules.reportsCoercionErrors,
      }),
      selection,
      fields: listedOnce(() =>
        listFields({ schema: rules.schema, fragments }, definition.selectionSet, rootType),
      ),
      introspection: readIntrospection(definition.selectionSet, fragments),
      usesDefer: /@\s*defer\b/.test(text),
      asksSubgraphs: asksSubgraphs(definition.selectionSet, fragments),
    },
  };
}

function listedOnce(list: () => ObservedField[]): () => readonly ObservedField[] {
  let listed: ObservedField[] | undefined;
  return () => {
    listed ??= list();
    return listed;
  };
}

/**
 * Planning and completing walk every field once fragments are written out. No operation that a person wrote comes
 * near this; a few hundred bytes of fragments that spread fragments reach millions.
 */
export const expandedFieldsMax = 10_000;

function refused(refusal: OperationRefusal): PreparedOperation & { kind: "refused" } {
  return { kind: "refused", refusal };
}

function checkText(text: string, limits: OperationLimits): OperationRefusal | undefined {
  const { tokens, nesting, end } = scanText(text, {
    tokensMax: limits.parserMaxTokens,
    nestingMax: limits.parserMaxRecursion,
  });
  if (tokens > limits.parserMaxTokens) return refusals.tooManyTokens(text, end);
  if (nesting <= limits.parserMaxRecursion) return undefined;
  return refusals.tooDeeplyNested(text, end + text.slice(end).search(/\S|$/));
}

/** Places are only noted, and rules only followed one by one, where something is wrong or not plainly right. */
function readDocument(text: string, schema: GraphQLSchema) {
  try {
    const plain = parse(text, { noLocation: true });
    if (isPlainlyValid(schema, plain)) return { kind: "valid", document: plain } as const;
  } catch (error) {
    if (error instanceof GraphQLError) return refused(refuseParse([error]));
    throw error;
  }
  const document = parse(text);
  const errors = validateOperation(schema, document);
  return errors.length > 0 ? refused({ status: 400, errors }) : ({ kind: "valid", document } as const);
}

function chooseOperation(document: DocumentNode, name: string | undefined) {
  const operations = document.definitions.filter(
    (definition): definition is OperationDefinitionNode => definition.kind === Kind.OPERATION_DEFINITION,
  );
  const definition =
    name === undefined ? operations[0] : operations.find((each) => each.name?.value === name);
  if (name === undefined && operations.length > 1) return refused(refusals.ambiguousOperation);
  if (definition) return { kind: "chosen", definition } as const;
  return refused(name === undefined ? refusals.noOperation : refusals.unknownOperation(name));
}

function collectFragments(document: DocumentNode): Fragments {
  return new Map(
    document.definitions
      .filter(
        (definition): definition is FragmentDefinitionNode => definition.kind === Kind.FRAGMENT_DEFINITION,
      )
      .map((fragment) => [fragment.name.value, fragment]),
  );
}

function checkMeasure(
  measure: OperationMeasure,
  { limits, warn }: OperationRules,
): OperationRefusal | undefined {
  if (measure.recursiveSelections > limits.maxRecursiveSelections) {
    if (!limits.warnOnly) return refusals.tooManyRecursiveSelections;
    warn(`operation has more recursive selections than ${limits.maxRecursiveSelections}`);
  }
  if (measure.expandedFields > expandedFieldsMax) {
    return refusals.tooLargeWhenExpanded(measure.expandedFields, expandedFieldsMax);
  }
  const exceeded = [
    { what: "depth", code: "MAX_DEPTH_LIMIT", measured: measure.depth, max: limits.maxDepth },
    { what: "height", code: "MAX_HEIGHT_LIMIT", measured: measure.height, max: limits.maxHeight },
    {
      what: "root fields",
      code: "MAX_ROOT_FIELDS_LIMIT",
      measured: measure.rootFields,
      max: limits.maxRootFields,
    },
    { what: "aliases", code: "MAX_ALIASES_LIMIT", measured: measure.aliases, max: limits.maxAliases },
  ].filter(({ measured, max }) => max !== undefined && measured > max);
  if (exceeded.length === 0) return undefined;
  if (limits.warnOnly) {
    warn(
      exceeded.map(({ what, measured, max }) => `operation has ${measured} ${what}, limit ${max}`).join("; "),
    );
    return undefined;
  }
  const errors = exceeded.flatMap(
    ({ what, code }) => refuse(400, code, `Maximum ${what} limit exceeded in this operation`).errors,
  );
  return { status: 400, errors };
}

// Assigning to this one key changes an object's prototype instead of adding a field to it.
function checkAliases(text: string, document: DocumentNode): OperationRefusal | undefined {
  if (!text.includes("__proto__")) return undefined;
  let found = false;
  visit(document, {
    Field(node) {
      if (node.alias?.value === "__proto__") found = true;
    },
  });
  return found ? refusals.reservedAlias : undefined;
}

function readConditionVariables(document: DocumentNode): string[] {
  const names = new Set<string>();
  visit(document, {
    Directive({ name, arguments: [condition] = [] }) {
      const decides = name.value === "skip" || name.value === "include";
      if (decides && condition?.value.kind === Kind.VARIABLE) names.add(condition.value.name.value);
    },
  });
  return [...names];
}

function readIntrospection(set: SelectionSetNode, fragments: Fragments): Introspection {
  const names = new Set(rootFieldNames(set, fragments, new Set()));
  const asksSchema = names.has("__schema") || names.has("__type");
  if (!asksSchema) return "none";
  return [...names].every((name) => name.startsWith("__")) ? "only" : "mixed";
}

function rootFieldNames(set: SelectionSetNode, fragments: Fragments, visited: Set<string>): string[] {
  return set.selections.flatMap((selection) => {
    if (selection.kind === "Field") return [selection.name.value];
    if (selection.kind === "InlineFragment")
      return rootFieldNames(selection.selectionSet, fragments, visited);
    const fragment = fragments.get(selection.name.value);
    if (!fragment || visited.has(selection.name.value)) return [];
    visited.add(selection.name.value);
    return rootFieldNames(fragment.selectionSet, fragments, visited);
  });
}
