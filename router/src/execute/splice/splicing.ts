import { writtenForThirdRun } from "../written-function.ts";
import { compileSplice, type SplicePlan, type SpliceRules } from "./compile-splice.ts";

/** Decides which runs of a plan try to splice: none of the first two, and fewer the more often it was in vain. */
export class Splicing {
  private failuresInARow = 0;
  private runsToPass = 0;
  private readonly planOf: () => SplicePlan | undefined;

  constructor(rules: SpliceRules) {
    this.planOf = writtenForThirdRun(() => compileSplice(rules));
  }

  begin(): SplicePlan | undefined {
    const plan = this.planOf();
    if (!plan || this.runsToPass === 0) return plan;
    this.runsToPass--;
    return undefined;
  }

  succeeded(): void {
    this.failuresInARow = 0;
  }

  failed(): void {
    this.failuresInARow = Math.min(this.failuresInARow + 1, failuresInARowMax);
    this.runsToPass = 2 ** this.failuresInARow - 2;
  }
}

const failuresInARowMax = 10;
