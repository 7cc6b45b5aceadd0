import type { AnswerBytes, SubgraphAnswer } from "./subgraph-answer.ts";

/** What the fetches of a plan asked and were told in one run, and the body that came of it. */
export class Recording {
  readonly fetches = new Map<number, RecordedFetch>();
  private isWhole = true;
  private written: WrittenBody | undefined;

  /** @param conditions how the operation's `@skip` and `@include` stood */
  constructor(readonly conditions: string) {}

  note(fetchId: number, representations: string, answer: Pick<SubgraphAnswer, "bytes">): void {
    if (answer.bytes) this.fetches.set(fetchId, { representations, bytes: answer.bytes });
    else this.isWhole = false;
  }

  /** False where some answer was not plainly right: then the body depends on more than the answers' bytes. */
  finish(body: WrittenBody): boolean {
    this.written = body;
    return this.isWhole;
  }

  get body(): WrittenBody {
    if (this.written === undefined) throw new Error("a recording was used before it was finished");
    return this.written;
  }

  get bytes(): number {
    let total = this.body.length;
    for (const fetch of this.fetches.values())
      total += fetch.bytes.body.length + fetch.representations.length;
    return total;
  }
}

export type WrittenBody = string | Uint8Array<ArrayBuffer>;

export interface RecordedFetch {
  /** The fetch's representations as they stood in its request. */
  representations: string;
  bytes: AnswerBytes;
}
