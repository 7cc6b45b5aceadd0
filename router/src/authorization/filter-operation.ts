import {
  type DefinitionNode,
  type DocumentNode,
  type FieldNode,
  type FragmentDefinitionNode,
  type FragmentSpreadNode,
  type InlineFragmentNode,
  Kind,
  type OperationDefinitionNode,
  type SelectionNode,
  type SelectionSetNode,
  visit,
} from "graphql";
import type { Fragments } from "../execute/selection.ts";
import type { FieldFacts, Guards } from "./read-guards.ts";
import { type Held, isMet, type Rule, type RuleKind, ruleKinds } from "./rule.ts";

/** Names of fields, `@` for a list's items, `... on X` for a fragment, as Apollo Router writes them. */
export type UnauthorizedPath = readonly string[];

export interface FilterInput {
  definition: OperationDefinitionNode;
  fragments: Fragments;
  rootTypeName: string;
}

export interface Filtered {
  /** Undefined where nothing is left. */
  document: DocumentNode | undefined;
  paths: readonly UnauthorizedPath[];
}

export interface FilterRules {
  guards: Guards;
  held: Held;
  /** Only tells, and leaves everything in. */
  dryRun: boolean;
}

/** Takes out of an operation what the caller may not see: once for each kind of rule, in Apollo Router's order. */
export function filterOperation(input: FilterInput, rules: FilterRules): Filtered {
  const paths: UnauthorizedPath[] = [];
  let { definition, fragments } = input;
  for (const kind of ruleKinds) {
    const pass = new FilterPass(kind, rules, fragments);
    const left = pass.operation(definition, input.rootTypeName);
    paths.push(...pass.paths);
    if (!left) return { document: undefined, paths };
    definition = left;
    fragments = pass.fragmentsLeft();
  }
  return { document: toDocument(definition, fragments), paths };
}

interface FilteredFragment {
  /** Undefined where nothing of it is left. */
  definition: FragmentDefinitionNode | undefined;
  paths: readonly UnauthorizedPath[];
}

class FilterPass {
  paths: UnauthorizedPath[] = [];
  private path: string[] = [];
  private readonly filtered = new Map<string, FilteredFragment>();

  constructor(
    private readonly kind: RuleKind,
    private readonly rules: FilterRules,
    private readonly fragments: Fragments,
  ) {}

  operation(definition: OperationDefinitionNode, rootTypeName: string): OperationDefinitionNode | undefined {
    if (this.forbidsType(rootTypeName)) {
      this.refuse();
      if (!this.rules.dryRun) return undefined;
    }
    const selectionSet = this.selectionSet(rootTypeName, definition.selectionSet);
    return selectionSet && { ...definition, selectionSet };
  }

  fragmentsLeft(): Fragments {
    return new Map(
      [...this.filtered].flatMap(([name, { definition }]) =>
        definition ? [[name, definition] as const] : [],
      ),
    );
  }

  private selectionSet(typeName: string, set: SelectionSetNode): SelectionSetNode | undefined {
    const selections = set.selections.flatMap((selection) => this.selection(typeName, selection) ?? []);
    return selections.length === 0 ? undefined : { ...set, selections };
  }

  private selection(typeName: string, selection: SelectionNode): SelectionNode | undefined {
    switch (selection.kind) {
      case Kind.FIELD:
        return this.field(typeName, selection);
      case Kind.FRAGMENT_SPREAD:
        return this.spread(selection);
      case Kind.INLINE_FRAGMENT:
        return this.inlineFragment(typeName, selection);
    }
  }

  private field(typeName: string, node: FieldNode): FieldNode | undefined {
    const facts = this.rules.guards.field(typeName, node.name.value);
    const steps = facts?.isList ? [node.name.value, "@"] : [node.name.value];
    return this.below(steps, () => {
      if (this.forbidsSelecting(typeName, node, facts)) {
        this.refuse();
        if (!this.rules.dryRun) return undefined;
      }
      if (!node.selectionSet || !facts) return node;
      const selectionSet = this.selectionSet(facts.typeName, node.selectionSet);
      return selectionSet && { ...node, selectionSet };
    });
  }

  private spread(node: FragmentSpreadNode): FragmentSpreadNode | undefined {
    const fragment = this.fragment(node.name.value);
    for (const path of fragment.paths) this.paths.push([...this.path, ...path]);
    if (!fragment.definition) return undefined;
    const condition = fragment.definition.typeCondition.name.value;
    return this.below([`... on ${condition}`], () => {
      if (this.forbidsType(condition)) this.refuse();
      return node;
    });
  }

  /** Its own paths begin where it is spread. */
  private fragment(name: string): FilteredFragment {
    const known = this.filtered.get(name);
    if (known) return known;
    const definition = this.fragments.get(name);
    const filtered = definition ? this.filterFragment(definition) : { definition: undefined, paths: [] };
    this.filtered.set(name, filtered);
    return filtered;
  }

  private filterFragment(definition: FragmentDefinitionNode): FilteredFragment {
    const outside = { paths: this.paths, path: this.path };
    this.paths = [];
    this.path = [];
    const condition = definition.typeCondition.name.value;
    const isForbidden = this.forbidsType(condition) && !this.rules.dryRun;
    if (isForbidden) this.refuse();
    const selectionSet = isForbidden ? undefined : this.selectionSet(condition, definition.selectionSet);
    const filtered = { definition: selectionSet && { ...definition, selectionSet }, paths: this.paths };
    this.paths = outside.paths;
    this.path = outside.path;
    return filtered;
  }

  private inlineFragment(typeName: string, node: InlineFragmentNode): InlineFragmentNode | undefined {
    const condition = node.typeCondition?.name.value;
    return this.below([`... on ${condition ?? ""}`], () => {
      if (condition !== undefined && this.forbidsType(condition)) {
        this.refuse();
        if (!this.rules.dryRun) return undefined;
      }
      const selectionSet = this.selectionSet(condition ?? typeName, node.selectionSet);
      return selectionSet && { ...node, selectionSet };
    });
  }

  private below<T>(steps: readonly string[], work: () => T): T {
    this.path.push(...steps);
    const result = work();
    this.path.length -= steps.length;
    return result;
  }

  private refuse(): void {
    this.paths.push([...this.path]);
  }

  /**
   * A field of an interface is as guarded as it is in any type behind it. Fields asked of an interface as such, not in
   * fragments on its types, would come from every type behind it: all of them have to be allowed.
   */
  private forbidsSelecting(typeName: string, node: FieldNode, facts: FieldFacts | undefined): boolean {
    const { guards } = this.rules;
    const fieldName = node.name.value;
    if (this.forbids(guards.fieldRules(typeName, fieldName))) return true;
    const behind = guards.implementers(typeName);
    if (behind.some((each) => this.forbids(guards.fieldRules(each, fieldName)))) return true;
    if (!facts || !node.selectionSet?.selections.some(isPlainField)) return false;
    return guards.implementers(facts.typeName).some((each) => this.forbidsType(each));
  }

  private forbidsType(typeName: string): boolean {
    return this.forbids(this.rules.guards.typeRules(typeName));
  }

  private forbids(rules: readonly Rule[]): boolean {
    return rules.some((rule) => !isMet(rule, this.kind, this.rules.held));
  }
}

function isPlainField(selection: SelectionNode): boolean {
  return selection.kind === Kind.FIELD && selection.name.value !== "__typename";
}

/** Without the fragments and variables that nothing uses any longer: they would not be valid. */
function toDocument(definition: OperationDefinitionNode, fragments: Fragments): DocumentNode {
  const used = new Map<string, FragmentDefinitionNode>();
  const variables = new Set<string>();
  const collect = (node: OperationDefinitionNode | FragmentDefinitionNode): void => {
    visit(node, {
      VariableDefinition: () => false,
      Variable({ name }) {
        variables.add(name.value);
      },
      FragmentSpread({ name }) {
        const fragment = fragments.get(name.value);
        if (!fragment || used.has(name.value)) return;
        used.set(name.value, fragment);
        collect(fragment);
      },
    });
  };
  collect(definition);
  const variableDefinitions = definition.variableDefinitions?.filter(({ variable }) =>
    variables.has(variable.name.value),
  );
  const definitions: DefinitionNode[] = [
    { ...definition, ...(variableDefinitions && { variableDefinitions }) },
    ...used.values(),
  ];
  return { kind: Kind.DOCUMENT, definitions };
}
