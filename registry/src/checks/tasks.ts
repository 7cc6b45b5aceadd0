import type { PlanFinding } from "../../../rover/plan-budget/compare-plans.ts";
import type { LaunchError } from "../db/tables.ts";
import type { JudgedChange } from "./judge-changes.ts";
import type { Diagnostic } from "./lint.ts";

export type TaskStatus = "PASSED" | "FAILED";

/** What a check has found, as it is kept. */
export type StoredTask =
  | { kind: "composition"; status: TaskStatus; isModified: boolean; errors: LaunchError[] }
  | { kind: "operations"; status: TaskStatus; checked: number; changes: JudgedChange[] }
  | { kind: "lint"; status: TaskStatus; diagnostics: Diagnostic[] }
  | {
      kind: "budget";
      status: TaskStatus;
      compared: number;
      leftOut: number;
      findings: PlanFinding[];
      orphanedKeys: string[];
    }
  | { kind: "contracts"; status: TaskStatus; results: ContractResult[] };

export interface ContractResult {
  variant: string;
  /** None where the contract stays whole. */
  problems: string[];
}

export function statusOf(tasks: readonly StoredTask[]): TaskStatus {
  return tasks.every(({ status }) => status === "PASSED") ? "PASSED" : "FAILED";
}
