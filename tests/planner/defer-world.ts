import { operationFromDocument, Supergraph } from "@apollo/federation-internals";
import { QueryPlanner } from "@apollo/query-planner";
import {
  type FieldNode,
  Kind,
  type OperationDefinitionNode,
  parse,
  print,
  type SelectionSetNode,
} from "graphql";
import type { DeferNode, PlanNode, QueryPlan } from "../../router/src/planner/plan.ts";
import { planToJson } from "../../router/src/planner/print-plan.ts";
import type { World } from "../differential/world/world.ts";
import { planOnly } from "./plan-world.ts";
import { type Execution, executeNode, type Json, project, supergraphSchema } from "./reference-executor.ts";

type JsonObject = { [key: string]: Json };

export interface Incremental {
  plan: QueryPlan;
  first: Json;
  /** `path label data` of each part that follows. */
  later: { path: string; label: string | undefined; data: Json }[];
  /** All parts together. */
  whole: Json;
  expected: Json;
  calls: string[];
  errors: string[];
}

/** Runs a plan part by part: each later part sees what the parts around it fetched, and nothing of its neighbours. */
export async function planAndDefer(
  world: World,
  query: string,
  variables: Record<string, unknown> = {},
): Promise<Incremental> {
  const plan = await planOnly(world, query, { defers: true });
  const answer = world.monolith.execute({ query: query.replaceAll(/@defer(\([^)]*\))?/g, ""), variables });
  world.model.startOperation();
  const execution: Execution = {
    send: (subgraph, text, values) =>
      world.subgraphs.get(subgraph)!.execute({ query: text, variables: { ...values } }),
    variables,
    calls: [],
    errors: [],
  };
  const runner = new PartRunner(world, execution, query);
  const first = await runner.runPlan(plan);
  const { whole, later } = runner;
  const calls = execution.calls.map(({ subgraph, operation }) => `${subgraph} ${operation}`);
  const expected = JSON.parse(JSON.stringify(answer.data ?? null)) as Json;
  return { plan, first, later, whole, expected, calls, errors: execution.errors };
}

/** A plan whose deferrals hang on variables is a condition at the top. */
function chosen(node: PlanNode | undefined, variables: Readonly<Record<string, unknown>>): DeferNode {
  if (node === undefined) return { kind: "Defer", primary: {}, deferred: [] };
  if (node?.kind === "Defer") return node;
  if (node?.kind !== "Condition") throw new Error("nothing is deferred");
  return chosen(variables[node.condition] === false ? node.elseClause : node.ifClause, variables);
}

export class PartRunner {
  readonly later: Incremental["later"] = [];
  readonly whole: JsonObject = {};
  readonly #execution: Execution;
  readonly #schema: ReturnType<typeof supergraphSchema>;

  readonly #query: string;
  readonly #head: string;

  constructor(world: World, execution: Execution, query: string) {
    this.#execution = execution;
    this.#query = query;
    this.#head = operationHead(query);
    this.#schema = supergraphSchema(world.supergraphSdl);
  }

  /** Answers the first part. */
  async runPlan(plan: QueryPlan): Promise<Json> {
    return this.#runDefer(chosen(plan.node, this.#execution.variables), {}, []);
  }

  async #runDefer(
    { primary, deferred }: DeferNode,
    data: JsonObject,
    path: readonly string[],
  ): Promise<Json> {
    if (primary.node !== undefined) await executeNode(primary.node, data, this.#execution);
    const first = this.#select(data, path, primary.subselection);
    for (const { node, queryPath, label, subselection } of deferred) {
      const own = structuredClone(data);
      let selected: Json;
      if (node?.kind === "Defer") selected = await this.#runDefer(node, own, queryPath);
      else {
        if (node !== undefined) await executeNode(node, own, this.#execution);
        selected = this.#select(own, queryPath, subselection);
      }
      this.later.push({ path: queryPath.join("/"), label, data: selected });
    }
    return first;
  }

  /** What the subselection takes from the data, in the shape of the whole answer. */
  #select(data: JsonObject, path: readonly string[], subselection: string | undefined): Json {
    if (subselection === undefined) return {};
    const wrapped = textsAlong(this.#query, path).reduceRight(
      (inner, text) => `{ ${text} ${inner} }`,
      subselection,
    );
    const operation = `${this.#head}${wrapped}`;
    const { data: selected, errors } = project(this.#schema, operation, data, this.#execution.variables);
    for (const { message } of errors ?? []) this.#execution.errors.push(message);
    const found = (selected ?? {}) as JsonObject;
    const keys = path.filter((step) => !step.startsWith("... on "));
    mergeAt(this.whole, found, keys);
    return found;
  }
}

/** Its kind and variables, for selections of it that stand alone. */
function operationHead(query: string): string {
  const definition = operationOf(query);
  const variables = (definition.variableDefinitions ?? []).map(print).join(", ");
  return `${definition.operation}${variables === "" ? "" : `(${variables})`} `;
}

function operationOf(query: string): OperationDefinitionNode {
  const operations = parse(query).definitions.filter((each) => each.kind === Kind.OPERATION_DEFINITION);
  return operations.find(({ name }) => name?.value === "Main") ?? operations[0]!;
}

/** The fields on the way to a place, each as the operation has it but without what is selected of it. */
function textsAlong(query: string, path: readonly string[]): string[] {
  const { definitions } = parse(query);
  const fragments = definitions.filter((each) => each.kind === Kind.FRAGMENT_DEFINITION);
  const fieldsOf = (set: SelectionSetNode): FieldNode[] =>
    set.selections.flatMap((selection) => {
      if (selection.kind === Kind.FIELD) return [selection];
      if (selection.kind === Kind.INLINE_FRAGMENT) return fieldsOf(selection.selectionSet);
      return fieldsOf(fragments.find(({ name }) => name.value === selection.name.value)!.selectionSet);
    });
  let sets = [operationOf(query).selectionSet];
  return path.map((step) => {
    if (step.startsWith("... on ")) return step;
    const found = sets.flatMap(fieldsOf).filter(({ alias, name }) => (alias ?? name).value === step);
    sets = found.flatMap(({ selectionSet }) => selectionSet ?? []);
    const { selectionSet: _selections, directives: _directives, ...field } = found[0]!;
    return print(field);
  });
}

/** A part adds to what is there: where its place is missing or null, there is nothing to add to. */
function mergeAt(into: Json | undefined, from: Json | undefined, keys: readonly string[]): void {
  const [key, ...rest] = keys;
  if (Array.isArray(into) && Array.isArray(from)) {
    for (const [index, item] of from.entries()) mergeAt(into[index], item, keys);
  } else if (isObject(into) && isObject(from)) {
    if (key === undefined) mergeInto(into, from);
    else mergeAt(into[key], from[key], rest);
  }
}

function mergeInto(into: JsonObject, from: JsonObject): void {
  for (const [key, value] of Object.entries(from)) {
    const known = into[key];
    if (Array.isArray(known) && Array.isArray(value)) {
      for (const [index, item] of value.entries()) mergeInto({ item: known[index]! }, { item });
    } else if (isObject(known) && isObject(value)) mergeInto(known, value);
    else into[key] = structuredClone(value);
  }
}

function isObject(value: Json | undefined): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** A part of a plan in Apollo's JSON, without what two planners may do differently. */
export interface Outline {
  path: string;
  label: string | undefined;
  /** Response keys of the leaves that are selected. */
  selects: string[];
  /** `subgraph at path` of the fetches it waits for, and of its own. */
  awaits: string[];
  fetches: string[];
  deferred: Outline[];
}

export async function ourOutline(world: World, query: string): Promise<Outline> {
  const plan = await planOnly(world, query, { defers: true });
  return outlineOf((planToJson(plan) as { node: JsonNode }).node);
}

const planners = new WeakMap<World, QueryPlanner>();

export function apolloOutline(world: World, query: string): Outline {
  const supergraph = Supergraph.build(world.supergraphSdl);
  const planner =
    planners.get(world) ?? new QueryPlanner(supergraph, { incrementalDelivery: { enableDefer: true } });
  planners.set(world, planner);
  const schema = supergraph.apiSchema();
  const plan = planner.buildQueryPlan(operationFromDocument(schema, parse(query)));
  return outlineOf(JSON.parse(JSON.stringify(plan.node)) as JsonNode);
}

interface JsonNode {
  kind: string;
  id?: string;
  serviceName?: string;
  path?: string[];
  node?: JsonNode;
  nodes?: JsonNode[];
  primary?: { subselection?: string; node?: JsonNode };
  deferred?: {
    depends: { id: string }[];
    label?: string;
    queryPath: string[];
    subselection?: string;
    node?: JsonNode;
  }[];
}

function outlineOf(node: JsonNode): Outline {
  const names = new Map<string, string>();
  return outlinePart({ path: "", label: undefined, awaits: [] }, { node }, names);
}

function outlinePart(
  head: Pick<Outline, "path" | "label" | "awaits">,
  { subselection, node }: { subselection?: string | undefined; node?: JsonNode | undefined },
  names: Map<string, string>,
): Outline {
  const isDefer = node?.kind === "Defer";
  const own = isDefer ? node.primary?.node : node;
  const selection = isDefer ? node.primary?.subselection : subselection;
  const fetches: string[] = [];
  collectFetches(own, "", fetches, names);
  const deferred = (isDefer ? (node.deferred ?? []) : []).map((part) => {
    const awaits = part.depends.map(({ id }) => names.get(id) ?? `unknown ${id}`).sort();
    return outlinePart({ path: part.queryPath.join("/"), label: part.label, awaits }, part, names);
  });
  deferred.sort((left, right) => (sortKey(left) < sortKey(right) ? -1 : 1));
  const selects = selection === undefined ? [] : leaves(selection);
  return { ...head, selects, fetches: fetches.sort(), deferred };
}

function sortKey({ path, label, selects }: Outline): string {
  return `${path} ${label} ${selects.join()}`;
}

function collectFetches(
  node: JsonNode | undefined,
  path: string,
  fetches: string[],
  names: Map<string, string>,
): void {
  if (node === undefined) return;
  if (node.kind === "Fetch") {
    const name = `${node.serviceName} at ${path}`;
    fetches.push(name);
    if (node.id !== undefined) names.set(node.id, name);
  }
  const inner = node.kind === "Flatten" ? (node.path ?? []).join(".") : path;
  for (const child of [node.node, ...(node.nodes ?? [])]) collectFetches(child, inner, fetches, names);
}

function leaves(subselection: string): string[] {
  const [definition] = parse(subselection).definitions;
  if (definition?.kind !== Kind.OPERATION_DEFINITION) return [];
  const found = new Set<string>();
  const collect = (set: SelectionSetNode, prefix: string): void => {
    for (const selection of set.selections) {
      const isNothing = selection.directives?.some(({ name }) => name.value === "skip");
      if (isNothing) continue;
      if (selection.kind === Kind.INLINE_FRAGMENT) collect(selection.selectionSet, prefix);
      if (selection.kind !== Kind.FIELD) continue;
      const key = `${prefix}${(selection.alias ?? selection.name).value}`;
      if (selection.selectionSet === undefined) found.add(key);
      else collect(selection.selectionSet, `${key}.`);
    }
  };
  collect(definition.selectionSet, "");
  return [...found].sort();
}
