import { type GraphQLSchema, type OperationDefinitionNode, parse, type SelectionSetNode } from "graphql";
import type { DeferNode, DeferredNode, PlanNode, QueryPlan } from "../planner/plan.ts";
import type { Compile } from "./compile.ts";
import { compilePlan } from "./compile-plan.ts";
import { type Complete, createCompletion } from "./create-completion.ts";
import type { Step } from "./plan-run.ts";
import { Selection } from "./selection.ts";

/** What one part of an answer selects, written from the root on. */
export interface PartSelection {
  complete: Complete;
  selectionSet: SelectionSetNode;
}

/** A part of an answer, and those that come after it. */
export interface CompiledPart {
  /** Undefined where its data came with a part before it. */
  step: Step | undefined;
  /** Undefined where it selects nothing of its own. */
  selection: PartSelection | undefined;
  later: readonly LaterPart[];
}

export interface LaterPart extends CompiledPart {
  label: string | undefined;
  path: readonly DeferStep[];
}

/** A response key, or only objects of these types. */
export type DeferStep = { kind: "key"; name: string } | { kind: "type"; names: ReadonlySet<string> };

/** What is deferred may hang on variables. */
export type CompiledDeferral = (variables: Readonly<Record<string, unknown>>) => CompiledPart | undefined;

export interface DeferralSettings extends Omit<Compile, "nextFetchId"> {
  schema: GraphQLSchema;
  rootTypeName: string;
}

/** Undefined where the plan defers nothing, whatever the variables are. */
export function compileDeferral(
  { node }: QueryPlan,
  settings: DeferralSettings,
): CompiledDeferral | undefined {
  if (node?.kind === "Defer") {
    const part = compilePart(node, [], settings);
    return () => part;
  }
  if (node?.kind !== "Condition") return undefined;
  const { condition } = node;
  const whenTrue = compileClause(node.ifClause, settings);
  const whenFalse = compileClause(node.elseClause, settings);
  if (!whenTrue && !whenFalse) return undefined;
  // As Apollo Router has it, a variable without a value defers.
  return (variables) => (variables[condition] === false ? whenFalse : whenTrue)?.(variables);
}

/** What is left of the plan where the variables defer nothing. */
export function withoutDeferrals(node: PlanNode): PlanNode | undefined {
  if (node.kind === "Defer") return undefined;
  if (node.kind !== "Condition") return node;
  const ifClause = node.ifClause && withoutDeferrals(node.ifClause);
  const elseClause = node.elseClause && withoutDeferrals(node.elseClause);
  return {
    kind: "Condition",
    condition: node.condition,
    ...(ifClause && { ifClause }),
    ...(elseClause && { elseClause }),
  };
}

function compileClause(node: PlanNode | undefined, settings: DeferralSettings): CompiledDeferral | undefined {
  return node && compileDeferral({ kind: "QueryPlan", node }, settings);
}

function compilePart(
  { primary, deferred }: DeferNode,
  path: readonly string[],
  settings: DeferralSettings,
): CompiledPart {
  return {
    step: primary.node && compileStep(primary.node, settings),
    selection:
      primary.subselection === undefined ? undefined : compileSelection(primary.subselection, path, settings),
    later: deferred.map((node) => compileLater(node, settings)),
  };
}

function compileLater(
  { node, queryPath, label, subselection }: DeferredNode,
  settings: DeferralSettings,
): LaterPart {
  const place = { label, path: queryPath.map((step) => readStep(step, settings)) };
  if (node?.kind === "Defer") return { ...place, ...compilePart(node, queryPath, settings) };
  return {
    ...place,
    step: node && compileStep(node, settings),
    selection: subselection === undefined ? undefined : compileSelection(subselection, queryPath, settings),
    later: [],
  };
}

function compileStep(node: PlanNode, settings: DeferralSettings): Step {
  return compilePlan({ kind: "QueryPlan", node }, settings);
}

function readStep(step: string, { types }: DeferralSettings): DeferStep {
  const [, typeName] = /^\.\.\. on (\w+)$/.exec(step) ?? [];
  if (typeName === undefined) return { kind: "key", name: step };
  return { kind: "type", names: new Set([typeName, ...types.possibleTypeNames(typeName)]) };
}

function compileSelection(
  subselection: string,
  path: readonly string[],
  { schema, rootTypeName }: DeferralSettings,
): PartSelection {
  const text = path.reduceRight((inner, step) => `{ ${step} ${inner} }`, subselection);
  const [definition] = parse(text, { noLocation: true }).definitions;
  // The cast holds: the text is one selection set.
  const { selectionSet } = definition as OperationDefinitionNode;
  const selection = Selection.ofOperation({ schema, fragments: new Map() }, selectionSet);
  return {
    selectionSet,
    complete: createCompletion({ schema, selection, rootTypeName, reportsMissing: false }),
  };
}
