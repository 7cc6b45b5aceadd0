import { type Answer, compareAnswers, type Difference } from "./compare.ts";
import type { Engine, StartEngine } from "./engines/engine.ts";
import { generateOperation } from "./operations/generate-operation.ts";
import { Random } from "./random.ts";
import type { GraphQLRequest } from "./world/subgraph-server.ts";
import type { World } from "./world/world.ts";

export const OPERATION_LIMITS = { depth: 5, fields: 22, objects: 10 };
const ANSWER_TIMEOUT_MS = 10_000;

export interface Mismatch {
  world: World;
  seed: number;
  request: GraphQLRequest;
  expected: Answer;
  actual: Answer;
  difference: Difference;
}

export interface Counts {
  operations: number;
  /** Drafts that the specification does not allow; they are not run. */
  invalid: number;
  /** Answers that should carry errors. */
  withErrors: number;
  mismatches: number;
}

export interface WorldRun {
  world: World;
  operations: number;
  seed: number;
  startEngine: StartEngine;
  counts: Counts;
  onMismatch(mismatch: Mismatch, check: Check): Promise<void>;
}

export type Check = (
  request: GraphQLRequest,
) => Promise<Omit<Mismatch, "world" | "seed" | "request"> | undefined>;

/** Random operations over one supergraph, each answered by the engine and by the monolith. */
export async function runWorld(run: WorldRun): Promise<void> {
  const { world, counts } = run;
  const engine = await run.startEngine(world);
  try {
    for (let i = 0; i < run.operations; i++) {
      const seed = new Random(run.seed).fork(`${world.name}-${i}`).seed;
      const request = generateOperation(world.apiSchema, new Random(seed), OPERATION_LIMITS);
      if (world.monolith.validate(request.query).length > 0) {
        counts.invalid++;
        continue;
      }
      counts.operations++;
      const found = await checkRequest(world, engine, request, counts);
      if (!found) continue;
      counts.mismatches++;
      await run.onMismatch({ ...found, world, seed, request }, (smaller) =>
        checkRequest(world, engine, smaller),
      );
    }
  } finally {
    await engine.stop();
  }
}

/** Undefined where both answers are equal, or the operation is invalid and so nothing is to be compared. */
export async function checkRequest(
  world: World,
  engine: Engine,
  request: GraphQLRequest,
  counts?: Counts,
): ReturnType<Check> {
  if (world.monolith.validate(request.query).length > 0) return undefined;
  const expected = world.monolith.execute(request);
  if (counts && expected.errors) counts.withErrors++;
  world.model.startOperation();
  const actual = await answerInTime(engine, request);
  const difference = compareAnswers(expected, actual);
  return difference && { expected, actual, difference };
}

async function answerInTime(engine: Engine, request: GraphQLRequest): Promise<Answer> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const tooLate = new Promise<Answer>((resolve) => {
    const answer = { errors: [{ message: `no answer within ${ANSWER_TIMEOUT_MS} ms` }] };
    timer = setTimeout(() => resolve(answer), ANSWER_TIMEOUT_MS);
  });
  try {
    return await Promise.race([engine.execute(request), tooLate]);
  } catch (error) {
    return { errors: [{ message: `thrown: ${error}` }] };
  } finally {
    clearTimeout(timer);
  }
}
