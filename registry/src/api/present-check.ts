import type { Diagnostic } from "../checks/lint.ts";
import type { StoredTask } from "../checks/tasks.ts";
import type { CheckRow } from "../db/tables.ts";
import { type Access, pageOf } from "./access.ts";
import { presentErrors } from "./present-errors.ts";

/** A check as Rover reads it. */
export function presentCheck(access: Access, { id, status, tasks }: CheckRow) {
  const targetURL = pageOf(access, "checks", id);
  return {
    id,
    status,
    tasks: tasks.map((task) => ({ status: task.status, targetURL, ...presentTask(task) })),
  };
}

function presentTask(task: StoredTask) {
  switch (task.kind) {
    case "composition":
      return {
        __typename: "CompositionCheckTask",
        coreSchemaModified: task.isModified,
        result: { errors: presentErrors(task.errors) },
      };
    case "operations":
      return {
        __typename: "OperationsCheckTask",
        result: {
          checkSeverity: task.status === "FAILED" ? "FAILURE" : "NOTICE",
          numberOfCheckedOperations: task.checked,
          changes: task.changes,
        },
      };
    case "lint":
      return { __typename: "LintCheckTask", result: presentLint(task.diagnostics) };
    case "budget":
      return {
        __typename: "CustomCheckTask",
        result: {
          violations: task.findings.map(({ operation, level, reasons, orphanedKeys }) => ({
            ...{ coordinate: operation, level, rule: "plan-budget", sourceLocations: null },
            message: `${operation}: ${[...reasons, ...orphanedKeys.map(inVain)].join("; ")}`,
          })),
        },
      };
    case "contracts":
      return {
        __typename: "DownstreamCheckTask",
        results: task.results.map(({ variant, problems }) => ({
          downstreamVariantName: variant,
          failsUpstreamWorkflow: problems.length > 0,
        })),
      };
  }
}

function inVain(key: string): string {
  return `the entity cache keeps ${key} in vain`;
}

export function presentLint(diagnostics: readonly Diagnostic[]) {
  const count = (level: string) => diagnostics.filter((diagnostic) => diagnostic.level === level).length;
  return {
    diagnostics: diagnostics.map(({ start, end, ...about }) => ({
      ...about,
      sourceLocations: [{ start, end }],
    })),
    stats: { errorsCount: count("ERROR"), warningsCount: count("WARNING") },
  };
}
