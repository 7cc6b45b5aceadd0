import type { AnswerBytes, SubgraphAnswer } from "./subgraph-answer.ts";

/** What the fetches of a plan asked and were told in one run, and the body that came of it. */
export class Recording {
  readonly fetches = new Map<number, RecordedFetch>();
  private isWhole = true;
  private written: WrittenBody | undefined;

  /** @param conditions how the operation's `@skip` and `@include` stood */
  constructor(readonly conditions: string) {}

  note(fetchId: number, represented: Represented, { bytes }: Pick<SubgraphAnswer, "bytes">): void {
    if (bytes) this.fetches.set(fetchId, { ...represented, bytes });
    else this.isWhole = false;
  }

  /** False where some answer was not plainly right: then the body depends on more than the answers' bytes. */
  get isReplayable(): boolean {
    return this.isWhole;
  }

  finish(body: WrittenBody): void {
    this.written = body;
  }

  get body(): WrittenBody {
    if (this.written === undefined) throw new Error("a recording was used before it was finished");
    return this.written;
  }

  /** Of what is kept, the body included once there is one. */
  get bytes(): number {
    let total = this.written?.length ?? 0;
    for (const fetch of this.fetches.values())
      total += fetch.bytes.body.length + fetch.representations.length;
    return total;
  }
}

export type WrittenBody = string | Uint8Array<ArrayBuffer>;

/** What a fetch asks about; nothing where it is one of root fields. */
export interface Represented {
  /** As they stand in its request. */
  representations: string;
  /** How many there are for each lookup. */
  counts: readonly number[];
}

export const rootRepresented: Represented = { representations: "", counts: [] };

export interface RecordedFetch extends Represented {
  bytes: AnswerBytes;
}
