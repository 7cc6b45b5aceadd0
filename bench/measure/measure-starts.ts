import { library } from "../graphs/library.ts";
import { passThroughBody } from "../graphs/library-operations.ts";
import { startRouter } from "../routers/running-router.ts";
import { answerCheck } from "../verify.ts";
import type { Plan } from "./measure-scenario.ts";
import { memoryUsage } from "./process-usage.ts";
import type { StartResult } from "./results.ts";
import { startTestBed } from "./test-bed.ts";

const STARTS = 7;

/** Starts each router in turns: from the start of the process to its first correct answer. */
export async function measureStarts(plan: Plan): Promise<StartResult[]> {
  await using bed = await startTestBed(library, plan.workspace);
  const isAnswering = await answerCheck(library, passThroughBody);
  const measured = new Map(
    plan.contenders.map((contender) => [contender, { times: [] as number[], residentMb: 0 }]),
  );
  for (let start = 1; start <= STARTS; start += 1) {
    for (const [contender, figures] of measured) {
      plan.progress(`${contender.name}: start ${start} of ${STARTS}`);
      await using router = await startRouter({
        contender,
        workspace: plan.workspace,
        supergraphPath: bed.supergraphPath,
        deduplicate: false,
        isAnswering,
      });
      figures.times.push(router.firstAnswerMs);
      figures.residentMb = memoryUsage(router.pid).residentMb;
    }
  }
  return [...measured].map(([{ name }, { times, residentMb }]) => ({
    router: name,
    firstAnswersMs: times,
    residentMb,
  }));
}
