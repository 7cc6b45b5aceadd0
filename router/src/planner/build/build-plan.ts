import type { SchemaView } from "../graph/schema-view.ts";
import { groupBy } from "../group-by.ts";
import type { NormalizedOperation } from "../normalize/normalize-operation.ts";
import type { SelectedField, SelectionInterner } from "../normalize/selection.ts";
import type { FetchNode, PlanNode, QueryPlan } from "../plan.ts";
import { PlanningError, PlanTooLargeError } from "../planner.ts";
import { type Solution, weightOf } from "../search/solution.ts";
import type { Solver } from "../search/solver.ts";
import { type AnyOf, addChoice, wrapInAnyOf } from "./any-of.ts";
import { arrange, type Step } from "./arrange.ts";
import { assemblePart, nameAwaited } from "./assemble-parts.ts";
import { Builder } from "./builder.ts";
import { branchOn, combineNodes } from "./conditions.ts";
import type { FetchGroup } from "./fetch-group.ts";
import { depths, mergeGroups } from "./merge-groups.ts";
import { NameScope } from "./name-scope.ts";
import { FetchPrinter } from "./print-fetch.ts";
import { assumeVariable, gatherByKey, undecidedVariable } from "./settle-mutation.ts";

export interface PlanningContext {
  view: SchemaView;
  solver: Solver;
  interner: SelectionInterner;
  operation: NormalizedOperation;
}

/** Fetches in one plan, before equal ones are merged. */
const fetchesMax = 4_000;

/** Solves the operation and lays its fetches out as a plan. */
export function buildPlan(context: PlanningContext): QueryPlan {
  const { operation } = context;
  const fields = operation.selection.fields.filter((field) => !isLocal(field));
  if (fields.length === 0) return { kind: "QueryPlan" };
  const printer = new FetchPrinter(context.view, operation);
  if (operation.kind === "mutation") return planOf(buildMutation(context, fields, printer));
  const groups = buildGroups(context, solveRoot(context, fields));
  if (operation.kind === "query") return planOf(assembleParts(context, [groups], printer));
  const [primary, ...rest] = groups;
  const node: PlanNode = { kind: "Subscription", primary: printer.print([primary!]) as FetchNode };
  for (const group of rest) group.dependsOn.delete(primary!);
  if (rest.length > 0) node.rest = arrangeGroups(rest, printer);
  return { kind: "QueryPlan", node };
}

function planOf(node: PlanNode | undefined): QueryPlan {
  return node === undefined ? { kind: "QueryPlan" } : { kind: "QueryPlan", node };
}

/** What the router answers itself. */
export function isLocal(field: SelectedField): boolean {
  return field.name === "__typename" || field.name === "__schema" || field.name === "__type";
}

export function solveRoot(
  { solver, interner, operation }: PlanningContext,
  fields: readonly SelectedField[],
): Solution {
  const contexts = operation.kind === "query" ? operation.selection.contexts : [];
  const selection = interner.intern(operation.selection.type, fields, contexts);
  const solution = solver.solve(selection, []);
  if (solution === undefined) throw unplannable(solver, selection.fields);
  if (weightOf(solution.opened) + solution.nestedFetches > fetchesMax) {
    throw new PlanTooLargeError(`The operation needs more than ${fetchesMax} fetches.`);
  }
  return solution;
}

function unplannable(solver: Solver, fields: readonly SelectedField[]): PlanningError {
  for (const field of fields) {
    const alone = solver.interner.intern(field.onType, [field]);
    if (solver.solve(alone, []) === undefined) {
      return new PlanningError(`No way to resolve everything selected under "${field.responseKey}".`);
    }
  }
  return new PlanningError("No way to resolve the operation.");
}

export function buildGroups({ view, operation }: PlanningContext, solution: Solution): FetchGroup[] {
  const builder = new Builder(view, operation.parts);
  builder.buildRoot(solution, new NameScope([operation.selection]));
  return mergeGroups(builder.groups);
}

/** Variables that a mutation's plan branches on; beyond that a field may run earlier than it stands. */
const branchingVariablesMax = 4;

function buildMutation(
  context: PlanningContext,
  fields: readonly SelectedField[],
  printer: FetchPrinter,
  branched = 0,
): PlanNode | undefined {
  const variable = branched < branchingVariablesMax ? undecidedVariable(fields) : undefined;
  if (variable !== undefined) {
    const branch = (value: boolean): PlanNode | undefined =>
      buildMutation(context, assumeVariable(fields, variable, value), printer, branched + 1);
    return branchOn(variable, branch(true), branch(false));
  }
  const runs = mutationRuns(context, fields);
  if (runs.length === 0) return undefined;
  return assembleParts(
    context,
    runs.map((run) => buildGroups(context, run)),
    printer,
  );
}

/** Root fields run one after the other; neighbours of one subgraph go in one fetch, which runs them in order. */
export function mutationRuns(context: PlanningContext, fields: readonly SelectedField[]): Solution[] {
  const runs: { subgraph: number; fields: SelectedField[] }[] = [];
  for (const field of gatherByKey(fields)) {
    const source = solveRoot(context, [field]).placements?.[0]?.sources[0];
    if (source?.kind !== "jump") throw new PlanningError(`No subgraph resolves "${field.responseKey}".`);
    const last = runs.at(-1);
    if (last?.subgraph === source.jump.subgraph) last.fields.push(field);
    else runs.push({ subgraph: source.jump.subgraph, fields: [field] });
  }
  return runs.map((run) => solveRoot(context, run.fields));
}

/** The first part's fetches run after one another; what is deferred of any waits only for what it needs. */
function assembleParts(
  { operation: { parts } }: PlanningContext,
  runs: readonly (readonly FetchGroup[])[],
  printer: FetchPrinter,
): PlanNode | undefined {
  const groups = runs.flat();
  nameAwaited(groups);
  const nodes: PlanNode[] = [];
  for (const run of runs) {
    const first = run.filter((group) => group.part === parts.first);
    if (first.length > 0) nodes.push(arrangeGroups(first, printer));
  }
  const own = nodes.length === 0 ? undefined : combineNodes("Sequence", nodes);
  const arrangeLater = (later: readonly FetchGroup[]): PlanNode => arrangeGroups(later, printer);
  return assemblePart(parts.first, own, { groups, arrange: arrangeLater });
}

function arrangeGroups(groups: readonly FetchGroup[], printer: FetchPrinter): PlanNode {
  const batches = batchGroups(groups);
  const stepOf = new Map<FetchGroup, Step>();
  const steps = new Set<Step>();
  for (const batch of batches) {
    const wanted = batch.flatMap((group) => group.wanted).reduce<AnyOf>(addChoice, []);
    const node = wrapInAnyOf(printer.print(batch), wanted);
    const step: Step = { node, dependsOn: new Set() };
    steps.add(step);
    for (const group of batch) stepOf.set(group, step);
  }
  for (const [group, step] of stepOf) {
    for (const before of group.dependsOn) {
      const earlier = stepOf.get(before);
      if (earlier !== undefined) step.dependsOn.add(earlier);
    }
  }
  return arrange(steps);
}

/** Entity fetches to one subgraph that stand at the same depth are sent together. */
export function batchGroups(groups: readonly FetchGroup[]): readonly (readonly FetchGroup[])[] {
  if (groups.length === 1) return [groups];
  const depthOf = depths(groups);
  const batches = groupBy(groups, (group): FetchGroup | string => {
    if (!group.isEntity || group.contexts.size > 0) return group;
    return `${group.subgraph} at ${depthOf.get(group)}`;
  });
  return [...batches.values()];
}
