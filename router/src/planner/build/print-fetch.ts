import type { SchemaView } from "../graph/schema-view.ts";
import { groupBy } from "../group-by.ts";
import type { NormalizedOperation } from "../normalize/normalize-operation.ts";
import type { BooleanCondition } from "../normalize/selection.ts";
import type {
  BatchEntry,
  BatchFetchNode,
  FetchNode,
  FetchRewrite,
  PlanNode,
  RequiresSelection,
} from "../plan.ts";
import { aliasConflicts } from "./alias-conflicts.ts";
import { sharedConditions, withoutConditions } from "./conditions.ts";
import type { FetchGroup } from "./fetch-group.ts";
import { SelectionPrinter } from "./print-selection.ts";
import { unfoldWholes } from "./unfold-wholes.ts";

interface PrintedEntities {
  group: FetchGroup;
  body: string;
  fragments: string;
  variables: ReadonlySet<string>;
  requires: RequiresSelection[];
  inputRewrites: FetchRewrite[];
  outputRewrites: FetchRewrite[];
}

/** Prints fetches as subgraph operations, numbered in the order in which they are asked for. */
export class FetchPrinter {
  readonly #view: SchemaView;
  readonly #operation: NormalizedOperation;
  #count = 0;

  constructor(view: SchemaView, operation: NormalizedOperation) {
    this.#view = view;
    this.#operation = operation;
  }

  /** Fetches that may be sent together; more than one must be entity fetches to the same subgraph. */
  print(groups: readonly FetchGroup[]): PlanNode {
    if (groups.length === 1) return this.#printAlone(groups[0]!);
    const entries = groups.map((group) => this.#printEntities(group));
    const byContent = groupBy(
      entries,
      ({ group: { conditions }, body, requires, inputRewrites, outputRewrites }) =>
        JSON.stringify([conditions, body, requires, inputRewrites, outputRewrites]),
    );
    return this.#printBatch([...byContent.values()]);
  }

  #printAlone(group: FetchGroup): PlanNode {
    const fetch = group.isEntity ? this.#entityFetch(group) : this.rootFetch(group);
    if (group.awaitedAs !== undefined) fetch.id = group.awaitedAs;
    if (group.path.length === 0) return fetch;
    return { kind: "Flatten", path: [...group.path], node: fetch };
  }

  rootFetch(group: FetchGroup): FetchNode {
    const [tree] = group.trees.values();
    unfoldWholes(this.#view, tree!);
    const outputRewrites = aliasConflicts(this.#view, [tree!]);
    const printer = new SelectionPrinter(this.#view, group.conditions);
    printer.count(tree!);
    const body = printer.print(tree!);
    const kind = group.path.length === 0 ? this.#operation.kind : "query";
    const named = this.#head(group, printer.variables, kind);
    const node: FetchNode = {
      kind: "Fetch",
      serviceName: this.#view.model.subgraphs[group.subgraph]!.name,
      operationKind: kind,
      operation: `${named.head}${body}${printer.fragmentsText}`,
      variableUsages: [...printer.variables],
    };
    if (named.name !== undefined) node.operationName = named.name;
    if (outputRewrites.length > 0) node.outputRewrites = outputRewrites;
    return node;
  }

  #entityFetch(group: FetchGroup): FetchNode {
    const { body, fragments, variables, requires, inputRewrites, outputRewrites } =
      this.#printEntities(group);
    const contextual = [...group.contexts].map(([name, { typeText }]) => `$${name}:${typeText}`);
    const named = this.#head(group, variables, "query", ["$representations:[_Any!]!", ...contextual]);
    const node: FetchNode = {
      kind: "Fetch",
      serviceName: this.#view.model.subgraphs[group.subgraph]!.name,
      operationKind: "query",
      operation: `${named.head}{_entities(representations:$representations)${body}}${fragments}`,
      variableUsages: [...variables],
      requires,
    };
    if (named.name !== undefined) node.operationName = named.name;
    if (inputRewrites.length > 0) node.inputRewrites = inputRewrites;
    if (outputRewrites.length > 0) node.outputRewrites = outputRewrites;
    const contextRewrites = [...group.contexts.values()].flatMap(({ rewrites }) => rewrites);
    if (contextRewrites.length > 0) node.contextRewrites = contextRewrites;
    return node;
  }

  #printEntities(group: FetchGroup): PrintedEntities {
    const trees = [...group.trees.values()];
    const printer = new SelectionPrinter(this.#view, group.conditions);
    for (const tree of trees) unfoldWholes(this.#view, tree);
    const outputRewrites = aliasConflicts(this.#view, trees);
    for (const tree of trees) printer.count(tree);
    const body = printTrees(printer, group);
    const requires: RequiresSelection[] = [];
    const inputRewrites: FetchRewrite[] = [];
    for (const [typeCondition, { selections, rewrite }] of group.representations) {
      requires.push({ kind: "InlineFragment", typeCondition, selections });
      if (rewrite !== undefined) inputRewrites.push(rewrite);
    }
    const { variables, fragmentsText } = printer;
    return { group, body, fragments: fragmentsText, variables, requires, inputRewrites, outputRewrites };
  }

  #printBatch(contents: readonly (readonly PrintedEntities[])[]): BatchFetchNode {
    const { group } = contents[0]![0]!;
    const granted = sharedByAll(contents.flat().map((entry) => entry.group));
    const shared = new SelectionPrinter(this.#view, granted);
    for (const [first] of contents) for (const tree of first!.group.trees.values()) shared.count(tree);
    const fields: string[] = [];
    const representations: string[] = [];
    const entries: BatchEntry[] = [];
    for (const [index, alike] of contents.entries()) {
      const [first] = alike;
      const alias = `e${index}`;
      const representationsVariable = `representations${index}`;
      const conditions = withoutConditions(sharedByAll(alike.map((same) => same.group)), granted);
      const lookup = `${alias}:_entities(representations:$${representationsVariable})`;
      fields.push(shared.printConditions(lookup, conditions, printTrees(shared, first!.group)));
      representations.push(`$${representationsVariable}:[_Any!]!`);
      const paths = alike.map((same) => [...same.group.path]);
      const entry: BatchEntry = { alias, representationsVariable, paths, requires: first!.requires };
      if (first!.inputRewrites.length > 0) entry.inputRewrites = first!.inputRewrites;
      if (first!.outputRewrites.length > 0) entry.outputRewrites = first!.outputRewrites;
      entries.push(entry);
    }
    const { head } = this.#head(group, shared.variables, "query", representations);
    const id = awaitTogether(contents.flat().map((entry) => entry.group));
    return {
      kind: "BatchFetch",
      ...(id !== undefined && { id }),
      serviceName: this.#view.model.subgraphs[group.subgraph]!.name,
      operation: `${head}{${fields.join(" ")}}${shared.fragmentsText}`,
      variableUsages: [...shared.variables],
      entries,
    };
  }

  #head(
    group: FetchGroup,
    variables: ReadonlySet<string>,
    kind: FetchNode["operationKind"],
    more: readonly string[] = [],
  ): { head: string; name: string | undefined } {
    const definitions = [...more];
    for (const variable of variables)
      definitions.push(this.#operation.variableDefinitions.get(variable) ?? "");
    const inParentheses = definitions.length === 0 ? "" : `(${definitions.join(",")})`;
    const name = this.#operation.name && `${this.#operation.name}__${this.#suffix(group)}`;
    if (kind === "query" && name === undefined && inParentheses === "") return { head: "", name };
    return { head: `${kind}${name === undefined ? "" : ` ${name}`}${inParentheses}`, name };
  }

  #suffix({ subgraph }: FetchGroup): string {
    return `${this.#view.model.subgraphs[subgraph]!.name.replaceAll(/\W/g, "_")}__${this.#count++}`;
  }
}

/** The conditions that hold whenever any of the fetches is wanted. */
function sharedByAll(groups: readonly FetchGroup[]): readonly BooleanCondition[] {
  return groups.map(({ conditions }) => conditions).reduce(sharedConditions);
}

/** Whoever waits for one of the fetches waits for all that are sent with it. */
function awaitTogether(groups: readonly FetchGroup[]): string | undefined {
  const awaited = groups.filter((group) => group.awaitedAs !== undefined);
  const id = awaited[0]?.awaitedAs;
  for (const group of awaited) group.awaitedAs = id;
  return id;
}

function printTrees(printer: SelectionPrinter, group: FetchGroup): string {
  const parts = [...group.trees.values()].map((tree) => `...on ${tree.type}${printer.print(tree)}`);
  return `{${parts.join(" ")}}`;
}
