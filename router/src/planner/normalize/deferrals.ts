import { type DirectiveNode, type FragmentDefinitionNode, Kind, type SelectionSetNode, visit } from "graphql";
import { PlanningError } from "../planner.ts";
import type { Deferral } from "./selection.ts";

/** The `@defer` of one operation that are in force, given what the variables of their conditions say. */
export class Deferrals {
  readonly #decided: ReadonlyMap<string, boolean>;
  readonly #ids = new Map<DirectiveNode, number>();
  readonly #known = new Map<string, Deferral>();

  constructor(decided: ReadonlyMap<string, boolean>) {
    this.#decided = decided;
  }

  /** What holds inside a fragment with these directives. */
  under(outer: Deferral | undefined, directives: readonly DirectiveNode[]): Deferral | undefined {
    const directive = directives.find(isDefer);
    if (directive === undefined || !this.#isInForce(directive)) return outer;
    const key = outer === undefined ? `${this.#id(directive)}` : `${outer.key}/${this.#id(directive)}`;
    let deferral = this.#known.get(key);
    if (deferral === undefined) {
      deferral = { key, label: labelOf(directive), outer };
      this.#known.set(key, deferral);
    }
    return deferral;
  }

  #isInForce(directive: DirectiveNode): boolean {
    const condition = argumentOf(directive, "if");
    if (condition?.kind === Kind.BOOLEAN) return condition.value;
    if (condition?.kind === Kind.VARIABLE) return this.#decided.get(condition.name.value) === true;
    return true;
  }

  #id(directive: DirectiveNode): number {
    let id = this.#ids.get(directive);
    if (id === undefined) {
      id = this.#ids.size;
      this.#ids.set(directive, id);
    }
    return id;
  }
}

/** Whether anything is deferred, and the variables that have a say in it. Labels must tell deferrals apart. */
export function findDeferrals(
  set: SelectionSetNode,
  fragments: ReadonlyMap<string, FragmentDefinitionNode>,
): { hasAny: boolean; variables: readonly string[] } {
  const labels = new Set<string>();
  const variables = new Set<string>();
  let hasAny = false;
  for (const directive of deferDirectives(set, fragments)) {
    const condition = argumentOf(directive, "if");
    if (condition?.kind === Kind.BOOLEAN && !condition.value) continue;
    hasAny = true;
    if (condition?.kind === Kind.VARIABLE) variables.add(condition.name.value);
    const label = labelOf(directive);
    if (label === undefined) continue;
    if (labels.has(label)) {
      throw new PlanningError(`Duplicate @defer label "${label}": labels must be unique within an operation`);
    }
    labels.add(label);
  }
  return { hasAny, variables: [...variables] };
}

function deferDirectives(
  set: SelectionSetNode,
  fragments: ReadonlyMap<string, FragmentDefinitionNode>,
): DirectiveNode[] {
  const found: DirectiveNode[] = [];
  const visited = new Set<string>();
  const collect = (from: SelectionSetNode): void => {
    visit(from, {
      Directive: (directive) => {
        if (isDefer(directive)) found.push(directive);
      },
      FragmentSpread: ({ name }) => {
        const fragment = fragments.get(name.value);
        if (fragment === undefined || visited.has(name.value)) return;
        visited.add(name.value);
        collect(fragment.selectionSet);
      },
    });
  };
  collect(set);
  return found;
}

function isDefer(directive: DirectiveNode): boolean {
  return directive.name.value === "defer";
}

function argumentOf(directive: DirectiveNode, name: string) {
  return directive.arguments?.find((argument) => argument.name.value === name)?.value;
}

function labelOf(directive: DirectiveNode): string | undefined {
  const label = argumentOf(directive, "label");
  return label?.kind === Kind.STRING ? label.value : undefined;
}
