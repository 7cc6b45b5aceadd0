import type { DocumentNode, OperationDefinitionNode } from "graphql";
import type { Selection } from "../execute/selection.ts";
import type { CheckVariables } from "./check-variables.ts";
import type { Fragments, OperationMeasure } from "./measure.ts";

/** A client's operation, valid against the API schema, with everything about it that requests share. */
export interface Operation {
  text: string;
  name: string | undefined;
  kind: OperationDefinitionNode["operation"];
  document: DocumentNode;
  fragments: Fragments;
  definition: OperationDefinitionNode;
  measure: OperationMeasure;
  checkVariables: CheckVariables;
  selection: Selection;
  rootTypeName: string;
  introspection: Introspection;
  /** What the planner gets; undefined where the router answers alone. */
  plannable: string | undefined;
}

/** Whether it asks for `__schema` or `__type`, and for anything else beside. */
export type Introspection = "none" | "only" | "mixed";
