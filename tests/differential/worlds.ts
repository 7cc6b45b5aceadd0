import { generateSupergraph } from "./generate/generate-supergraph.ts";
import { Random } from "./random.ts";
import { handwritten } from "./schemas/index.ts";
import { buildWorld, CompositionFailed, type World } from "./world/world.ts";

const ATTEMPTS_MAX = 40;

export interface WorldChoice {
  /** The first one, counted from 0. */
  from: number;
  count: number;
  seed: number;
  /** One handwritten supergraph by its name, or a generated one by `seed-attempt` in its name. */
  only?: string | undefined;
}

/** Handwritten supergraphs first, then as many generated ones as it takes. */
export function* worlds({ from, count, seed, only }: WorldChoice): Generator<World> {
  const names = Object.keys(handwritten);
  for (const name of names.slice(from, count)) {
    if (!only || only === name) yield buildWorld(name, handwritten[name]!);
  }
  for (let i = Math.max(from, names.length); i < count; i++) {
    const name = `generated-${seed}-${i}`;
    if (!only || only === name) yield generatedWorld(name, seed);
  }
}

/** Draws again until the subgraphs compose. */
export function generatedWorld(name: string, seed: number): World {
  let reason: unknown;
  for (let attempt = 0; attempt < ATTEMPTS_MAX; attempt++) {
    try {
      return buildWorld(name, generateSupergraph(new Random(seed).fork(`${name}-${attempt}`)));
    } catch (error) {
      if (!(error instanceof CompositionFailed)) throw error;
      reason = error;
    }
  }
  throw new Error(`${name}: nothing composed in ${ATTEMPTS_MAX} attempts`, { cause: reason });
}
