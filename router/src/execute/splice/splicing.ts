import { runsUnwritten } from "../written-function.ts";
import { compileSplice, type SplicePlan, type SpliceRules } from "./compile-splice.ts";

/** Decides which runs of a plan try to splice: none of the first two, and fewer the more often it was in vain. */
export class Splicing {
  private runs = 0;
  private failuresInARow = 0;
  private runsToPass = 0;
  private plan: SplicePlan | undefined;

  constructor(private readonly rules: SpliceRules) {}

  begin(): SplicePlan | undefined {
    if (++this.runs === runsUnwritten + 1) this.plan = compileSplice(this.rules);
    if (!this.plan) return undefined;
    if (this.runsToPass === 0) return this.plan;
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
