import type { DocumentNode, OperationDefinitionNode } from "graphql";
import type { Complete } from "../execute/create-completion.ts";
import type { Fragments, Selection } from "../execute/selection.ts";
import type { ObservedField } from "../telemetry/observer.ts";
import type { CheckVariables } from "./check-variables.ts";
import type { OperationMeasure } from "./measure.ts";

/** A client's operation, valid against the API schema, with everything about it that requests share. */
export interface Operation {
  text: string;
  name: string | undefined;
  kind: OperationDefinitionNode["operation"];
  document: DocumentNode;
  fragments: Fragments;
  definition: OperationDefinitionNode;
  rootTypeName: string;
  measure: OperationMeasure;
  /** The variables that `@skip` and `@include` look at. */
  conditionVariables: readonly string[];
  checkVariables: CheckVariables;
  /** Brings an answer's data into the client's shape. */
  complete: Complete;
  /** What the client selected, in its order. */
  selection: Selection;
  /** The same as it was written, listed when first asked for. */
  fields: () => readonly ObservedField[];
  introspection: Introspection;
  /** Whether anything in it is marked as deferred. */
  usesDefer: boolean;
  /** False where the router answers alone. */
  asksSubgraphs: boolean;
}

/** Whether it asks for `__schema` or `__type`, and for anything else beside. */
export type Introspection = "none" | "only" | "mixed";
