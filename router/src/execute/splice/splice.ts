import type { Recording } from "../recording.ts";
import type { Shortcut, WriteCall } from "../shortcut.ts";
import type { AnswerBytes, CallSubgraph, SubgraphAnswer } from "../subgraph-answer.ts";
import { ByteWriter } from "./byte-writer.ts";
import type { SpliceFetch, SplicePlan } from "./compile-splice.ts";
import { Asked } from "./write-represent.ts";
import type { SpliceNode } from "./write-scan.ts";

/**
 * One run of a plan that reads no more of the subgraphs' answers than where their values stand, and puts the
 * client's answer together from their bytes. With the first answer that is not exactly as expected it gives up,
 * and a normal run goes on from what is known by then.
 */
export class Splice implements Shortcut {
  readonly known: Map<number, { body: string; answer: SubgraphAnswer | AnswerBytes }> = new Map();
  private readonly answers: (Buffer | undefined)[] = [];
  private readonly root: SpliceNode;
  private answersBytes = 0;
  private hasGivenUp = false;

  constructor(
    private readonly plan: SplicePlan,
    private readonly callSubgraph: CallSubgraph,
    private readonly recording: Recording | undefined,
  ) {
    this.root = plan.createRoot();
  }

  ask(fetchId: number, write: WriteCall): Promise<void> | void {
    if (this.hasGivenUp) return;
    const fetch = this.plan.fetches[fetchId]!;
    const asked: Asked[] = [];
    const representations = this.represent(fetch, asked);
    if (representations === undefined) return;
    const represented = { representations, counts: asked.map(({ texts }) => texts.length) };
    const call = write(represented);
    let bytes: AnswerBytes | undefined;
    const take = (received: AnswerBytes): boolean => {
      bytes = received;
      return this.take({ fetchId, fetch, asked }, received.body);
    };
    return this.callSubgraph(call, take).then((answer) => {
      if (answer) this.hasGivenUp = true;
      // The cast holds: without an answer, bytes have been taken.
      const found = answer ?? (bytes as AnswerBytes);
      this.known.set(fetchId, { body: call.body, answer: found });
      if (!answer && bytes) this.recording?.note(fetchId, represented, { bytes });
    });
  }

  /** The body of the answer. Undefined where it takes a normal run to know it. */
  finish(): Uint8Array<ArrayBuffer> | undefined {
    if (this.hasGivenUp) return undefined;
    writer.expect(this.answersBytes);
    writer.text('{"data":');
    if (this.plan.write(this.root, writer, this.answers)) {
      writer.text("}");
      return writer.take();
    }
    writer.drop();
    return undefined;
  }

  /** Undefined where there is nothing to ask. */
  private represent({ lookups }: SpliceFetch, all: Asked[]): string | undefined {
    let representations = "";
    let total = 0;
    for (const { label, represents } of lookups) {
      const asked = new Asked();
      for (const represent of represents) {
        if (!represent(this.root, this.answers, asked)) {
          this.hasGivenUp = true;
          return undefined;
        }
      }
      representations += `${representations === "" ? "" : ","}${label}${asked.texts.join(",")}]`;
      total += asked.texts.length;
      all.push(asked);
    }
    return total > 0 || lookups.length === 0 ? representations : undefined;
  }

  private take({ fetchId, fetch, asked }: Taking, body: Buffer): boolean {
    const data = fetch.readAnswer(body);
    if (data === undefined) return false;
    this.answers[fetchId] = body;
    this.answersBytes += body.length;
    if (fetch.rootSlot !== "") this.root[fetch.rootSlot] = data;
    return fetch.lookups.every(({ alias, hang }, which) => {
      const entities = data[alias];
      const its = asked[which]!;
      if (!Array.isArray(entities) || entities.length !== its.texts.length) return false;
      hang(its, entities);
      return true;
    });
  }
}

interface Taking {
  fetchId: number;
  fetch: SpliceFetch;
  asked: readonly Asked[];
}

/** One for all: writing never waits. */
const writer = new ByteWriter();
