import { isWithin } from "../defer/part.ts";
import type { SchemaView } from "../graph/schema-view.ts";
import type { BooleanCondition } from "../normalize/selection.ts";
import type { FetchRewrite, RequiresSelection } from "../plan.ts";
import type { JumpStep } from "../search/solution.ts";
import { sharedConditions } from "./conditions.ts";
import { FetchGroup } from "./fetch-group.ts";
import { isForSameTypes } from "./merge-groups.ts";
import type { Place, Position } from "./place.ts";
import { canJoin, mergeRequires, requiresSelections } from "./representations.ts";

export interface EntityNeeds {
  subgraph: number;
  steps: readonly JumpStep[];
  dependsOn: ReadonlySet<FetchGroup>;
  /** It waits for more than keys. */
  isLate: boolean;
}

/** What representations of one step hold. */
interface Copy {
  step: JumpStep;
  copied: RequiresSelection[];
}

/** The fetches of one plan in the making: where a new one is wanted, one that is there already may do. */
export class FetchGroups {
  readonly all: FetchGroup[] = [];
  readonly #view: SchemaView;

  constructor(view: SchemaView) {
    this.#view = view;
  }

  /** A fetch of entities at the place, represented as the steps say. */
  entityAt(place: Place, needs: EntityNeeds): FetchGroup {
    const copies = needs.steps.map((step) => ({ step, copied: this.#copied(step, place.position) }));
    const group = this.#known(place, needs, copies) ?? this.#add(place, needs.subgraph, true);
    group.isLate = needs.isLate;
    group.waitFor(needs.dependsOn, place.conditions);
    group.allow(place.conditions);
    for (const copy of copies) this.#represent(group, copy, place.conditions);
    return group;
  }

  /** A fetch of root fields at the place. */
  rootAt(place: Place, subgraph: number, dependsOn: ReadonlySet<FetchGroup>): FetchGroup {
    const known = place.position.groups.find(
      (group) => !group.isEntity && group.subgraph === subgraph && group.part === place.part,
    );
    const group = known ?? this.#add(place, subgraph, false);
    group.waitFor(dependsOn, place.conditions);
    group.allow(place.conditions);
    return group;
  }

  #known(
    place: Place,
    { subgraph, dependsOn, isLate }: EntityNeeds,
    copies: readonly Copy[],
  ): FetchGroup | undefined {
    const types = copies.flatMap(({ step }) => this.#representedTypes(step));
    return place.position.groups.find(
      (group) =>
        group.isEntity &&
        group.subgraph === subgraph &&
        (group.part === place.part || (place.joinsEarlier && isWithin(place.part, group.part))) &&
        group.isLate === isLate &&
        isForSameTypes(group, types) &&
        [...dependsOn].every((before) => group.dependsOn.has(before)) &&
        copies.every(({ step, copied }) =>
          canJoin(group.representations.get(step.asked), { selections: copied, under: place.conditions }),
        ),
    );
  }

  #add({ position, part }: Place, subgraph: number, isEntity: boolean): FetchGroup {
    const group = new FetchGroup({ id: this.all.length, subgraph, position, isEntity, part });
    this.all.push(group);
    position.groups.push(group);
    return group;
  }

  #copied({ key, requires }: JumpStep, { names }: Position): RequiresSelection[] {
    const copied = requiresSelections(this.#view, key.selection, names);
    if (requires !== undefined) copied.push(...requiresSelections(this.#view, requires.selection, names));
    return copied;
  }

  /** Objects of an interface carry its name until their real type is known, and that name afterwards. */
  #representedTypes({ asked }: JumpStep): string[] {
    return this.#view.isAbstract(asked) ? [asked, ...this.#view.possible(asked)] : [asked];
  }

  #represent(group: FetchGroup, { step, copied }: Copy, conditions: readonly BooleanCondition[]): void {
    const isRewritten = this.#view.isInterfaceObject(group.subgraph, step.entry);
    for (const type of this.#representedTypes(step)) {
      const known = group.representations.get(type);
      const selections = known?.selections ?? [{ kind: "Field", name: "__typename" }];
      const under = known === undefined ? conditions : sharedConditions(known.under, conditions);
      mergeRequires(selections, copied);
      const rewrite = isRewritten ? rewriteTypename(type, step.entry) : undefined;
      group.representations.set(type, { selections, rewrite, under });
    }
  }
}

function rewriteTypename(type: string, value: string): FetchRewrite {
  return {
    kind: "setValue",
    path: [
      { kind: "type", names: [type] },
      { kind: "key", name: "__typename" },
    ],
    value,
  };
}
