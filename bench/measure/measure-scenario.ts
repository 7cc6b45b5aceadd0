import { join } from "node:path";
import { messageOf } from "../message-of.ts";
import type { Contender } from "../routers/contender.ts";
import { type RunningRouter, startRouter } from "../routers/running-router.ts";
import type { Scenario } from "../scenarios/scenario.ts";
import { answerCheck, type CheckedAnswer, verifyAnswers } from "../verify.ts";
import { measureRound } from "./measure-round.ts";
import { memoryUsage } from "./process-usage.ts";
import type { NotRun, Round, RouterResult, ScenarioResult } from "./results.ts";
import { startTestBed, type TestBed } from "./test-bed.ts";
import { runWrk } from "./wrk.ts";

export interface Plan {
  readonly contenders: readonly Contender[];
  readonly rounds: number;
  readonly seconds: number;
  readonly warmUpSeconds: number;
  readonly workspace: string;
  readonly progress: (message: string) => void;
}

interface Entrant {
  readonly contender: Contender;
  readonly router: RunningRouter;
  readonly answerBytes: number;
  readonly residentBeforeMb: number;
  readonly rounds: Round[];
  /** Set once it has failed: it runs no further round, the others go on. */
  failure?: string;
}

/** No two timed runs of a scenario send the same nonce. */
const NONCES_PER_RUN = 1_000_000;

export async function measureScenario(scenario: Scenario, plan: Plan): Promise<ScenarioResult> {
  await using bed = await startTestBed(scenario.graph(), plan.workspace);
  await using started = new AsyncDisposableStack();
  const notRun: NotRun[] = [];
  const entrants: Entrant[] = [];
  for (const contender of scenario.contenders ?? plan.contenders) {
    plan.progress(`${contender.name}: start and check`);
    try {
      entrants.push(await enter({ contender, scenario, bed, started }));
    } catch (error) {
      notRun.push({ router: contender.name, reason: messageOf(error) });
    }
  }
  await runRounds({ scenario, plan, bed, entrants });
  const results = entrants.map(resultOf);
  await Promise.all(
    entrants.map((entrant) => attempt(entrant, () => checkAnswers(entrant.router, scenario, bed))),
  );
  for (const { contender, failure } of entrants) {
    if (failure !== undefined) notRun.push({ router: contender.name, reason: failure });
  }
  const { name, title, connections } = scenario;
  return {
    scenario: name,
    title,
    connections,
    results: results.filter(({ rounds }) => rounds.length > 0),
    notRun,
  };
}

interface EnterOptions {
  readonly contender: Contender;
  readonly scenario: Scenario;
  readonly bed: TestBed;
  readonly started: AsyncDisposableStack;
}

/** Starts a router and proves its answers: nothing is timed before. */
async function enter({ contender, scenario, bed, started }: EnterOptions): Promise<Entrant> {
  const { graph, workspace, supergraphPath } = bed;
  const router = started.use(
    await startRouter({
      contender,
      workspace,
      supergraphPath,
      deduplicate: scenario.deduplicate,
      isAnswering: await answerCheck(graph, scenario.bodies[0]!),
    }),
  );
  const { bytes } = await checkAnswers(router, scenario, bed);
  return {
    contender,
    router,
    answerBytes: bytes,
    residentBeforeMb: memoryUsage(router.pid).residentMb,
    rounds: [],
  };
}

async function checkAnswers(
  router: RunningRouter,
  { bodies }: Scenario,
  bed: TestBed,
): Promise<CheckedAnswer> {
  const checked = await verifyAnswers({ graph: bed.graph, bodies, url: router.url, name: router.name });
  if (bed.origin.failures.length > 0)
    throw new Error(`a subgraph answered with an error: ${bed.origin.failures[0]}`);
  return checked;
}

interface RoundsOptions {
  readonly scenario: Scenario;
  readonly plan: Plan;
  readonly bed: TestBed;
  readonly entrants: readonly Entrant[];
}

/** In turns, A B C A B C, so that a slow minute of the machine falls on all. */
async function runRounds({ scenario, plan, bed, entrants }: RoundsOptions): Promise<void> {
  const bodiesPath = join(plan.workspace, `${scenario.name}.bodies`);
  await Bun.write(bodiesPath, `${scenario.bodies.join("\n")}\n`);
  const rounds = Math.min(plan.rounds, scenario.roundsMax ?? plan.rounds);
  let nonceStart = NONCES_PER_RUN;
  const seconds = Math.max(plan.seconds, scenario.secondsMin ?? 0);
  const load = (entrant: Entrant, lengthSeconds: number) => {
    nonceStart += NONCES_PER_RUN;
    return {
      url: entrant.router.url,
      bodiesPath,
      connections: scenario.connections,
      seconds: lengthSeconds,
      nonceStart,
    };
  };
  const remaining = () => entrants.filter(({ failure }) => failure === undefined);
  for (const entrant of remaining()) {
    plan.progress(`${entrant.router.name}: warm-up`);
    await attempt(entrant, () => runWrk(load(entrant, plan.warmUpSeconds)));
  }
  for (let round = 1; round <= rounds; round += 1) {
    for (const entrant of remaining()) {
      plan.progress(`${entrant.router.name}: round ${round} of ${rounds}`);
      const { router, answerBytes } = entrant;
      await attempt(entrant, async () => {
        entrant.rounds.push(await measureRound({ load: load(entrant, seconds), router, answerBytes, bed }));
      });
    }
  }
}

async function attempt(entrant: Entrant, step: () => Promise<unknown>): Promise<void> {
  try {
    await step();
  } catch (error) {
    entrant.failure ??= messageOf(error);
  }
}

function resultOf({ contender, router, answerBytes, residentBeforeMb, rounds }: Entrant): RouterResult {
  const { residentMb, residentPeakMb } = memoryUsage(router.pid);
  return {
    router: contender.name,
    version: contender.version,
    firstAnswerMs: router.firstAnswerMs,
    answerBytes,
    residentBeforeMb,
    residentAfterMb: residentMb,
    residentPeakMb,
    rounds,
  };
}
