import type { JsonObject } from "../json.ts";
import { type CompletionRules, compileCompletion, unusual } from "./compile-completion.ts";
import { type Completed, completeData } from "./complete.ts";
import { writtenForThirdRun } from "./written-function.ts";

export type Complete = (data: JsonObject | null, variables: JsonObject) => Completed;

/**
 * Completes answers of one operation. An operation that comes again is worth a function of its own; whatever
 * that finds unusual is gone through slowly, which tells what is wrong and where.
 */
export function createCompletion(rules: CompletionRules): Complete {
  const writtenCompletion = writtenForThirdRun(() => compileCompletion(rules));

  return function complete(data, variables) {
    const completePlainData = writtenCompletion();
    if (completePlainData && data !== null) {
      const completed = completePlainData(data, variables);
      if (completed !== unusual) return { data: completed, valueCompletion: none, coercionErrors: none };
    }
    return completeData(data, { ...rules, variables });
  };
}

const none: never[] = [];
