/** Query plans in Apollo's shape, and the one kind of node of our own: `BatchFetch`. */
export interface QueryPlan {
  kind: "QueryPlan";
  node?: PlanNode;
}

export type PlanNode =
  | FetchNode
  | BatchFetchNode
  | FlattenNode
  | SequenceNode
  | ParallelNode
  | ConditionNode
  | DeferNode
  | SubscriptionNode;

export interface FetchNode {
  kind: "Fetch";
  /** Present where a deferred part waits for it. */
  id?: string;
  serviceName: string;
  operationKind: "query" | "mutation" | "subscription";
  operation: string;
  operationName?: string;
  variableUsages: string[];
  /** Present on entity fetches only: what each representation is built from. */
  requires?: RequiresSelection[];
  inputRewrites?: FetchRewrite[];
  outputRewrites?: FetchRewrite[];
  /** Variables whose values are read from the objects around each entity. */
  contextRewrites?: ContextRewrite[];
}

/** Entity fetches to one subgraph that may run at once, sent as one aliased operation. */
export interface BatchFetchNode {
  kind: "BatchFetch";
  /** As a fetch's. */
  id?: string;
  serviceName: string;
  operation: string;
  variableUsages: string[];
  entries: BatchEntry[];
}

export interface BatchEntry {
  alias: string;
  representationsVariable: string;
  /** Every place of the answer whose entities this entry resolves. */
  paths: PathSegment[][];
  requires: RequiresSelection[];
  inputRewrites?: FetchRewrite[];
  outputRewrites?: FetchRewrite[];
}

export interface FlattenNode {
  kind: "Flatten";
  path: PathSegment[];
  node: PlanNode;
}

export interface SequenceNode {
  kind: "Sequence";
  nodes: PlanNode[];
}

export interface ParallelNode {
  kind: "Parallel";
  nodes: PlanNode[];
}

export interface ConditionNode {
  kind: "Condition";
  condition: string;
  ifClause?: PlanNode;
  elseClause?: PlanNode;
}

/** `primary` is answered at once, with what it selects of the client's operation; nothing where undefined. */
export interface DeferNode {
  kind: "Defer";
  primary: { subselection?: string; node?: PlanNode };
  deferred: DeferredNode[];
}

/** A part of the answer that comes later. Without a node, its data came with the fetches of parts before it. */
export interface DeferredNode {
  /** Fetches of parts before it without which it cannot start. */
  depends: { id: string }[];
  label?: string;
  /** Where its selection starts: response keys, and `... on Type` where only some objects have it. */
  queryPath: string[];
  /** Absent where `node` is a Defer, whose primary has it then. */
  subselection?: string;
  node?: PlanNode;
}

export interface SubscriptionNode {
  kind: "Subscription";
  primary: FetchNode;
  rest?: PlanNode;
}

/** A step into the answer: into a field, into each item of a list, or on only for these object types. */
export type PathSegment =
  | { kind: "field"; name: string }
  | { kind: "list" }
  | { kind: "type"; names: string[] };

/** A field is read from the data under its alias, and written into the representation under its name. */
export type RequiresSelection =
  | { kind: "Field"; name: string; alias?: string; selections?: RequiresSelection[] }
  | { kind: "InlineFragment"; typeCondition: string; selections: RequiresSelection[] };

/** A type step lets objects pass whose `__typename` is one of the names, or a possible type of one. */
export type RewritePathSegment = { kind: "key"; name: string } | { kind: "type"; names: string[] };

/**
 * The variable `name` is what stands at `path`, which starts at the entity and first goes up by fields. Of several
 * for one variable the first counts that leads anywhere.
 */
export interface ContextRewrite {
  kind: "renameKey";
  path: ({ kind: "parent" } | RewritePathSegment)[];
  name: string;
}

export type FetchRewrite =
  | { kind: "setValue"; path: RewritePathSegment[]; value: string }
  | { kind: "renameKey"; path: RewritePathSegment[]; name: string };
