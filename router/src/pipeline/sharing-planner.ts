import { createHash } from "node:crypto";
import { print } from "graphql";
import { isJsonObject, type JsonValue } from "../json.ts";
import type { QueryPlan } from "../planner/plan.ts";
import type { PlannableOperation, Planner } from "../planner/planner.ts";
import type { SharedValues } from "../redis/shared-values.ts";

/** Raised with each change of what plans look like: routers of both kinds may share one Redis during a roll-out. */
const plansVersion = 2;

/** Asks other routers for a plan before it is made, and leaves them those that are. */
export class SharingPlanner implements Planner {
  private readonly supergraphHash: string;

  constructor(
    private readonly planner: Planner,
    private readonly shared: SharedValues,
    supergraphSdl: string,
  ) {
    this.supergraphHash = createHash("sha256").update(supergraphSdl).digest("hex");
  }

  get overrideLabels(): readonly string[] {
    return this.planner.overrideLabels;
  }

  get overridePercentages(): readonly number[] {
    return this.planner.overridePercentages;
  }

  get weighting(): string {
    return this.planner.weighting;
  }

  async plan(operation: PlannableOperation): Promise<QueryPlan> {
    const name = this.nameOf(operation);
    const known = await this.shared.find(name, readPlan);
    if (known) return known;
    const plan = await this.planner.plan(operation);
    this.shared.keep(name, JSON.stringify(plan));
    return plan;
  }

  /** Equal where the plan is. Of a roll only the side of each percentage counts on which it falls. */
  private nameOf(operation: PlannableOperation): string {
    const { definition, fragments, overrideLabels, overridePercentage, defers } = operation;
    const hash = createHash("sha256");
    for (const node of [definition, ...fragments.values()]) hash.update(`${print(node)}\n`);
    const active = this.overrideLabels.filter((label) => overrideLabels.has(label));
    const passed = this.overridePercentages.filter((percentage) => overridePercentage < percentage);
    hash.update(JSON.stringify([active, passed, defers, this.weighting]));
    return `plan:mycelium:${plansVersion}:${this.supergraphHash}:${hash.digest("hex")}`;
  }
}

/** Who may write to this Redis may write plans: only what is none at all is passed over. */
function readPlan(stored: string): QueryPlan | undefined {
  const value = JSON.parse(stored) as JsonValue;
  return isJsonObject(value) && value.kind === "QueryPlan" ? (value as unknown as QueryPlan) : undefined;
}
