import type { JsonObject } from "../json.ts";
import {
  type CompletePlainData,
  type CompletionRules,
  compileCompletion,
  unusual,
} from "./compile-completion.ts";
import { type Completed, completeData } from "./complete.ts";
import { runsUnwritten } from "./written-function.ts";

export type Complete = (data: JsonObject | null, variables: JsonObject) => Completed;

/**
 * Completes answers of one operation. An operation that comes again is worth a function of its own; whatever
 * that finds unusual is gone through slowly, which tells what is wrong and where.
 */
export function createCompletion(rules: CompletionRules): Complete {
  let completePlainData: CompletePlainData | undefined;
  let runs = 0;

  return function complete(data, variables) {
    if (++runs > runsUnwritten && data !== null) {
      completePlainData ??= compileCompletion(rules);
      const completed = completePlainData(data, variables);
      if (completed !== unusual) return { data: completed, valueCompletion: none, coercionErrors: none };
    }
    return completeData(data, { ...rules, variables });
  };
}

const none: never[] = [];
