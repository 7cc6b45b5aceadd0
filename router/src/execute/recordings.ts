import { BoundedCache } from "../bounded-cache.ts";
import type { Step } from "./plan-run.ts";
import { Recording, type WrittenBody } from "./recording.ts";

/**
 * The last run of each plan that comes again and again. A plan whose answers keep changing is left alone for
 * longer and longer, so that looking for the same costs next to nothing where it is never found.
 */
export class Recordings {
  private readonly kept: BoundedCache<Step, Recording>;
  private readonly plans = new WeakMap<Step, PlanHistory>();

  constructor(private readonly bytesMax: number) {
    this.kept = new BoundedCache({ weightMax: bytesMax, weigh: (recording) => recording.bytes });
  }

  /** What to do with the next run of a plan: look whether it is the same as before, remember it, both or neither. */
  begin(plan: Step, conditions: string): { past?: Recording | undefined; recording?: Recording } {
    const history = this.plans.get(plan);
    if (!history) {
      this.plans.set(plan, { changesInARow: 0, runsToPass: 0 });
      return {};
    }
    if (history.runsToPass > 0) {
      history.runsToPass--;
      return {};
    }
    const past = this.kept.get(plan);
    return { past: past?.conditions === conditions ? past : undefined, recording: new Recording(conditions) };
  }

  foundUnchanged(plan: Step): void {
    this.plans.set(plan, { changesInARow: 0, runsToPass: 0 });
  }

  foundChanged(plan: Step): void {
    const changesInARow = Math.min((this.plans.get(plan)?.changesInARow ?? 0) + 1, changesInARowMax);
    this.plans.set(plan, { changesInARow, runsToPass: 2 ** changesInARow - 2 });
  }

  /** A plan whose answers take too much of the room is left alone like one whose answers change. */
  keep(plan: Step, recording: Recording, body: WrittenBody): void {
    if (!recording.isReplayable) return;
    if ((recording.bytes + body.length) * shareMin > this.bytesMax) {
      this.foundChanged(plan);
      return;
    }
    // A body's buffer is used again once it is sent.
    recording.finish(typeof body === "string" ? body : new Uint8Array(body));
    this.kept.set(plan, recording);
  }
}

interface PlanHistory {
  changesInARow: number;
  runsToPass: number;
}

const changesInARowMax = 10;

/** No recording takes more than one part in so many: what a bounded cache would not keep. */
const shareMin = 4;
