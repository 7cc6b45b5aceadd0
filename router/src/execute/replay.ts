import type { Recording } from "./recording.ts";
import type { Shortcut, WriteCall } from "./shortcut.ts";
import type { AnswerBytes, CallSubgraph, SubgraphAnswer } from "./subgraph-answer.ts";

/** By fetch: what was asked in this run and what came, read or not yet. */
export type KnownAnswers = ReadonlyMap<number, { body: string; answer: SubgraphAnswer | AnswerBytes }>;

/**
 * Asks every subgraph what a run before asked, and looks only whether the answers are the same bytes. As long as
 * they are, the next fetch asks what it asked before, so nothing needs to be read to know it; when all are, the
 * body is the same too. With the first answer that differs the replay ends, and a normal run goes on from what
 * is known by then.
 */
export class Replay implements Shortcut {
  readonly known = new Map<number, { body: string; answer: SubgraphAnswer | AnswerBytes }>();
  private changed = false;

  constructor(
    private readonly past: Recording,
    private readonly callSubgraph: CallSubgraph,
  ) {}

  get isUnchanged(): boolean {
    return !this.changed;
  }

  ask(fetchId: number, write: WriteCall): Promise<void> | void {
    const past = this.past.fetches.get(fetchId);
    if (this.changed || !past) return;
    const call = write(past);
    return this.callSubgraph(call, (bytes) => bytes.equals(past.bytes)).then((answer) => {
      if (answer) this.changed = true;
      this.known.set(fetchId, { body: call.body, answer: answer ?? past.bytes });
    });
  }
}
