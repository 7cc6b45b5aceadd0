import { library } from "../graphs/library.ts";
import { passThroughBody } from "../graphs/library-operations.ts";
import { messageOf } from "../message-of.ts";
import type { Contender } from "../routers/contender.ts";
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
  const entrants = plan.contenders.map(
    (contender): StartEntrant => ({ contender, timesMs: [], residentMb: 0 }),
  );
  for (let start = 1; start <= STARTS; start += 1) {
    for (const entrant of entrants.filter(({ failure }) => failure === undefined)) {
      plan.progress(`${entrant.contender.name}: start ${start} of ${STARTS}`);
      try {
        await using router = await startRouter({
          contender: entrant.contender,
          workspace: plan.workspace,
          supergraphPath: bed.supergraphPath,
          deduplicate: false,
          isAnswering,
        });
        entrant.timesMs.push(router.firstAnswerMs);
        entrant.residentMb = memoryUsage(router.pid).residentMb;
      } catch (error) {
        entrant.failure = messageOf(error);
      }
    }
  }
  return entrants.map(({ contender, timesMs, residentMb, failure }) => ({
    router: contender.name,
    firstAnswersMs: timesMs,
    residentMb,
    ...(failure === undefined ? {} : { failure }),
  }));
}

interface StartEntrant {
  readonly contender: Contender;
  readonly timesMs: number[];
  residentMb: number;
  failure?: string;
}
