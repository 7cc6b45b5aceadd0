import {
  buildASTSchema,
  type DocumentNode,
  type ExecutionResult,
  execute,
  type GraphQLSchema,
  getVariableValues,
  type InterfaceTypeDefinitionNode,
  isAbstractType,
  Kind,
  type ObjectTypeDefinitionNode,
  parse,
  validate,
  visit,
} from "graphql";
import type {
  BatchFetchNode,
  ContextRewrite,
  FetchNode,
  FetchRewrite,
  PathSegment,
  PlanNode,
  QueryPlan,
  RequiresSelection,
  RewritePathSegment,
} from "../../router/src/planner/plan.ts";

export type Json = null | boolean | number | string | Json[] | { [key: string]: Json };
type JsonObject = { [key: string]: Json };
export type Send = (subgraph: string, query: string, variables: Variables) => unknown;
type Variables = Readonly<Record<string, unknown>>;

export interface Execution {
  send: Send;
  variables: Variables;
  /** Filled while executing: every operation sent, in order. */
  calls: { subgraph: string; operation: string }[];
  errors: string[];
}

/** Walks a plan in the plainest way there is. It serves as the planner's referee, so it does nothing clever. */
export async function executePlan(plan: QueryPlan, execution: Execution): Promise<JsonObject> {
  const data: JsonObject = {};
  if (plan.node !== undefined) await run(plan.node, data, [], execution);
  return data;
}

/** Part of a plan, on data that is there already. */
export function executeNode(node: PlanNode, data: JsonObject, execution: Execution): Promise<void> {
  return run(node, data, [], execution);
}

async function run(
  node: PlanNode,
  data: JsonObject,
  path: PathSegment[],
  execution: Execution,
): Promise<void> {
  switch (node.kind) {
    case "Sequence":
      for (const inner of node.nodes) await run(inner, data, path, execution);
      return;
    case "Parallel":
      await Promise.all(node.nodes.map((inner) => run(inner, data, path, execution)));
      return;
    case "Flatten":
      return run(node.node, data, node.path, execution);
    case "Condition": {
      const chosen = execution.variables[node.condition] === true ? node.ifClause : node.elseClause;
      if (chosen !== undefined) await run(chosen, data, path, execution);
      return;
    }
    case "Fetch":
      return runFetch(node, data, path, execution);
    case "BatchFetch":
      return runBatch(node, data, execution);
    default:
      throw new Error(`The reference executor does not run ${node.kind}.`);
  }
}

async function runFetch(
  node: FetchNode,
  data: JsonObject,
  path: PathSegment[],
  execution: Execution,
): Promise<void> {
  if (node.contextRewrites === undefined) return fetchFor(node, select(data, path), {}, execution);
  for (const chain of selectChains([data], path)) {
    await fetchFor(node, [chain.at(-1)!], contextValues(node.contextRewrites, chain), execution);
  }
}

async function fetchFor(
  node: FetchNode,
  places: JsonObject[],
  contexts: Record<string, Json>,
  execution: Execution,
): Promise<void> {
  if (node.requires === undefined) {
    if (places.length === 0) return;
    const answer = await send(node.serviceName, node.operation, node.variableUsages, {}, execution);
    for (const rewrite of node.outputRewrites ?? []) rename(answer, rewrite);
    for (const place of places) merge(place, answer);
    return;
  }
  const { representations, targets } = represent(places, node.requires, node.inputRewrites);
  if (representations.length === 0) return;
  const answer = await send(
    node.serviceName,
    node.operation,
    node.variableUsages,
    { representations, ...contexts },
    execution,
  );
  mergeEntities(answer._entities, targets, node.outputRewrites);
}

async function runBatch(node: BatchFetchNode, data: JsonObject, execution: Execution): Promise<void> {
  const variables: Record<string, unknown> = {};
  const targetsOf = node.entries.map((entry) => {
    const places = entry.paths.flatMap((path) => select(data, path));
    const { representations, targets } = represent(places, entry.requires, entry.inputRewrites);
    variables[entry.representationsVariable] = representations;
    return targets;
  });
  if (targetsOf.every((targets) => targets.length === 0)) return;
  const answer = await send(node.serviceName, node.operation, node.variableUsages, variables, execution);
  for (const [index, entry] of node.entries.entries()) {
    mergeEntities(answer[entry.alias], targetsOf[index]!, entry.outputRewrites);
  }
}

function mergeEntities(
  entities: Json | undefined,
  targets: JsonObject[],
  rewrites: FetchRewrite[] | undefined,
): void {
  for (const [index, target] of targets.entries()) {
    const entity = Array.isArray(entities) ? entities[index] : null;
    if (!isObject(entity)) continue;
    for (const rewrite of rewrites ?? []) rename(entity, rewrite);
    merge(target, entity);
  }
}

async function send(
  subgraph: string,
  operation: string,
  usages: readonly string[],
  more: Record<string, unknown>,
  execution: Execution,
): Promise<JsonObject> {
  execution.calls.push({ subgraph, operation });
  const variables: Record<string, unknown> = { ...more };
  for (const name of usages) if (name in execution.variables) variables[name] = execution.variables[name];
  const answer = JSON.parse(
    JSON.stringify(await execution.send(subgraph, operation, variables)),
  ) as SubgraphAnswer;
  for (const error of answer.errors ?? [])
    execution.errors.push(`${subgraph}: ${error.message}\n${operation}`);
  return answer.data ?? {};
}

interface SubgraphAnswer {
  data?: JsonObject | null;
  errors?: { message: string }[];
}

/** Subgraphs that are schemas in this process. An operation that one of them would refuse is a fault of the plan. */
export function sendToSchemas(schemas: Readonly<Record<string, GraphQLSchema>>): Send {
  const documents = new Map<string, DocumentNode>();
  return (subgraph, query, variableValues) => {
    const schema = schemas[subgraph];
    if (schema === undefined) throw new Error(`No subgraph ${subgraph}`);
    const document = documents.get(query) ?? parse(query);
    documents.set(query, document);
    const [invalid] = validate(schema, document);
    if (invalid !== undefined) throw new Error(`Invalid for ${subgraph}: ${invalid.message}\n${query}`);
    return execute({ schema, document, variableValues });
  };
}

function select(data: Json, path: readonly PathSegment[]): JsonObject[] {
  const [segment, ...rest] = path;
  if (segment === undefined) {
    if (Array.isArray(data)) return data.flatMap((item) => select(item, path));
    return isObject(data) ? [data] : [];
  }
  if (segment.kind === "list") return Array.isArray(data) ? data.flatMap((item) => select(item, rest)) : [];
  if (!isObject(data)) return [];
  if (segment.kind === "type")
    return segment.names.includes(data.__typename as string) ? select(data, rest) : [];
  return select(data[segment.name] ?? null, rest);
}

/** As `select`, each object with all that it stands in, field by field. */
function selectChains(chain: JsonObject[], path: readonly PathSegment[]): JsonObject[][] {
  const [segment, ...rest] = path;
  const object = chain.at(-1)!;
  if (segment === undefined) return [chain];
  if (segment.kind === "list") return selectChains(chain, rest);
  if (segment.kind === "type")
    return segment.names.includes(object.__typename as string) ? selectChains(chain, rest) : [];
  return objectsIn(object[segment.name]).flatMap((below) => selectChains([...chain, below], rest));
}

function objectsIn(value: Json | undefined): JsonObject[] {
  if (Array.isArray(value)) return value.flatMap(objectsIn);
  return isObject(value) ? [value] : [];
}

function contextValues(
  rewrites: readonly ContextRewrite[],
  chain: readonly JsonObject[],
): Record<string, Json> {
  const values: Record<string, Json> = {};
  for (const { path, name } of rewrites) {
    if (name in values) continue;
    const up = path.filter(({ kind }) => kind === "parent").length;
    let value: Json | undefined = chain[chain.length - 1 - up];
    for (const segment of path.slice(up)) {
      if (segment.kind === "parent" || !isObject(value)) value = undefined;
      else if (segment.kind === "key") value = value[segment.name];
      else if (value.__typename !== undefined && !segment.names.includes(value.__typename as string))
        value = undefined;
    }
    if (value !== undefined) values[name] = value;
  }
  return values;
}

function represent(
  places: readonly JsonObject[],
  requires: readonly RequiresSelection[],
  rewrites: readonly FetchRewrite[] | undefined,
): { representations: JsonObject[]; targets: JsonObject[] } {
  const representations: JsonObject[] = [];
  const targets: JsonObject[] = [];
  // Where only objects of one type can stand, a plan does not ask for their names.
  const [only, ...others] = requires;
  const onlyType = only?.kind === "InlineFragment" && others.length === 0 ? only.typeCondition : undefined;
  for (const found of places) {
    const place = found.__typename === undefined && onlyType ? { ...found, __typename: onlyType } : found;
    const typename = place.__typename;
    const wanted = requires.filter(
      (selection) => selection.kind === "InlineFragment" && selection.typeCondition === typename,
    );
    if (wanted.length === 0) continue;
    const representation = copy(place, wanted);
    if (representation === undefined) continue;
    for (const rewrite of rewrites ?? []) setValue(representation, rewrite, typename as string);
    representations.push(representation);
    targets.push(found);
  }
  return { representations, targets };
}

/** Undefined when a field is absent: such an object cannot be represented. */
function copy(from: JsonObject, selections: readonly RequiresSelection[]): JsonObject | undefined {
  const into: JsonObject = {};
  for (const selection of selections) {
    if (selection.kind === "InlineFragment") {
      if (selection.typeCondition !== from.__typename) continue;
      const inner = copy(from, selection.selections);
      if (inner === undefined) return undefined;
      mergeObjects(into, inner);
      continue;
    }
    const value = from[selection.alias ?? selection.name];
    if (value === undefined) return undefined;
    const copied = selection.selections === undefined ? value : copyNested(value, selection.selections);
    if (copied === undefined) return undefined;
    into[selection.name] = copied;
  }
  return into;
}

function copyNested(value: Json, selections: readonly RequiresSelection[]): Json | undefined {
  if (Array.isArray(value)) {
    const items = value.map((item) => copyNested(item, selections));
    return items.includes(undefined) ? undefined : (items as Json[]);
  }
  return isObject(value) ? copy(value, selections) : value;
}

function setValue(representation: JsonObject, rewrite: FetchRewrite, typename: string): void {
  if (rewrite.kind !== "setValue") return;
  const [type, key] = rewrite.path;
  if (type?.kind === "type" && type.names.includes(typename) && key?.kind === "key") {
    representation[key.name] = rewrite.value;
  }
}

function rename(data: Json, rewrite: FetchRewrite): void {
  if (rewrite.kind === "renameKey") renameAt(data, rewrite.path, rewrite.name);
}

function renameAt(data: Json, path: readonly RewritePathSegment[], name: string): void {
  if (Array.isArray(data)) {
    for (const item of data) renameAt(item, path, name);
    return;
  }
  const [segment, ...rest] = path;
  if (!isObject(data) || segment === undefined) return;
  if (segment.kind === "type") {
    if (segment.names.includes(data.__typename as string)) renameAt(data, rest, name);
    return;
  }
  if (rest.length > 0) renameAt(data[segment.name] ?? null, rest, name);
  else if (segment.name in data) {
    data[name] = data[segment.name]!;
    delete data[segment.name];
  }
}

function merge(into: Json, from: Json): void {
  if (isObject(into) && isObject(from)) mergeObjects(into, from);
}

function mergeObjects(into: JsonObject, from: JsonObject): void {
  for (const [key, value] of Object.entries(from)) {
    const known = into[key];
    if (isObject(known) && isObject(value)) mergeObjects(known, value);
    else if (Array.isArray(known) && Array.isArray(value) && known.length === value.length) {
      for (const [index, item] of value.entries()) {
        if (isObject(known[index]) && isObject(item)) mergeObjects(known[index] as JsonObject, item);
        else if (Array.isArray(item)) mergeObjects({ list: known[index]! }, { list: item });
        else if (known[index] === null) known[index] = item;
      }
    } else if (value !== null || known === undefined) into[key] = structuredClone(value);
  }
}

function isObject(value: Json | undefined): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** Projects merged data by the client's operation: the supergraph's types decide about nulls and fragments. */
export function project(
  supergraph: GraphQLSchema,
  operation: string,
  data: JsonObject,
  variables: Variables,
  operationName?: string,
): ExecutionResult {
  const result = execute({
    schema: supergraph,
    document: parse(operation),
    rootValue: data,
    variableValues: variables,
    operationName,
    fieldResolver: (source: JsonObject, _arguments, _context, info) => source[String(info.path.key)],
    typeResolver: (value, _context, _info, type) => {
      const name = (value as JsonObject).__typename;
      const known = typeof name === "string" ? supergraph.getType(name) : undefined;
      if (known !== undefined && !isAbstractType(known)) return name as string;
      return name === undefined || known !== undefined ? untyped(type.name) : undefined;
    },
  });
  if (result instanceof Promise) throw new Error("Projection is synchronous.");
  return JSON.parse(JSON.stringify(result)) as ExecutionResult;
}

/** The supergraph as clients see it, without what is inaccessible. */
export function supergraphSchema(supergraphSdl: string): GraphQLSchema {
  const hidden = (node: {
    directives?: readonly { name: { value: string } }[] | undefined;
  }): null | undefined =>
    node.directives?.some((directive) => directive.name.value === "inaccessible") ? null : undefined;
  const document = visit(parse(supergraphSdl), {
    ObjectTypeDefinition: hidden,
    InterfaceTypeDefinition: hidden,
    UnionTypeDefinition: hidden,
    EnumTypeDefinition: hidden,
    InputObjectTypeDefinition: hidden,
    ScalarTypeDefinition: hidden,
    FieldDefinition: hidden,
    InputValueDefinition: hidden,
    EnumValueDefinition: hidden,
  });
  const standIns = document.definitions.flatMap((definition) =>
    definition.kind === Kind.INTERFACE_TYPE_DEFINITION ? [standIn(definition)] : [],
  );
  return buildASTSchema(
    { ...document, definitions: [...document.definitions, ...standIns] },
    { assumeValid: true, assumeValidSDL: true },
  );
}

/** Below an interface object the real type may stay unknown: what the interface itself has is then projected. */
function standIn(definition: InterfaceTypeDefinitionNode): ObjectTypeDefinitionNode {
  const { name, fields = [], interfaces = [] } = definition;
  const itself = { kind: Kind.NAMED_TYPE, name } as const;
  return {
    kind: Kind.OBJECT_TYPE_DEFINITION,
    name: { kind: Kind.NAME, value: untyped(name.value) },
    fields,
    interfaces: [...interfaces, itself],
  };
}

function untyped(type: string): string {
  return `${type}OfUnknownType`;
}

/** The variables of the operation `Main` with their defaults filled in. */
export function coerceVariables(
  schema: GraphQLSchema,
  query: string,
  variables: Record<string, unknown>,
): Record<string, unknown> {
  const operation = parse(query).definitions.find(
    (definition) => definition.kind === Kind.OPERATION_DEFINITION && definition.name?.value === "Main",
  );
  if (operation?.kind !== Kind.OPERATION_DEFINITION) return variables;
  return getVariableValues(schema, operation.variableDefinitions ?? [], variables).coerced ?? variables;
}
