import type { Recording } from "../recording.ts";
import type { Shortcut, WriteCall } from "../shortcut.ts";
import type { AnswerBytes, CallSubgraph, SubgraphAnswer } from "../subgraph-answer.ts";
import { ByteWriter } from "./byte-writer.ts";
import type { SpliceFetch, SplicePlan } from "./compile-splice.ts";
import { KeyTable } from "./key-table.ts";
import { tapes } from "./tape.ts";
import type { Asked } from "./write-represent.ts";

/**
 * One run of a plan that reads no more of the subgraphs' answers than where their values stand, and puts the
 * client's answer together from their bytes. With the first answer that is not exactly as expected it gives up,
 * and a normal run goes on from what is known by then.
 */
export class Splice implements Shortcut {
  readonly known: Map<number, { body: string; answer: SubgraphAnswer | AnswerBytes }> = new Map();
  private readonly answers: (Buffer | undefined)[] = [];
  private readonly tape = tapes.take();
  private readonly root: number;
  private answersBytes = 0;
  private hasGivenUp = false;

  constructor(
    private readonly plan: SplicePlan,
    private readonly callSubgraph: CallSubgraph,
    private readonly recording: Recording | undefined,
  ) {
    this.root = this.tape.allocate(plan.rootSize);
    this.tape.ints.fill(0, this.root, this.tape.top);
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

  /** The body of the answer. Undefined where it takes a normal run to know it. To be called once, at the end. */
  finish(): Uint8Array<ArrayBuffer> | undefined {
    const body = this.hasGivenUp ? undefined : this.write();
    tapes.giveBack(this.tape);
    return body;
  }

  private write(): Uint8Array<ArrayBuffer> | undefined {
    writer.expect(this.answersBytes);
    const begun = writer.text(0, '{"data":');
    const length = this.plan.write(this.root, begun, writer, this.answers, this.tape.ints);
    return length < 0 ? undefined : writer.take(writer.text(length, "}"));
  }

  /** Undefined where there is nothing to ask. */
  private represent({ lookups }: SpliceFetch, all: Asked[]): string | undefined {
    let representations = "";
    let total = 0;
    for (const { label, represents } of lookups) {
      const { root, answers, tape } = this;
      const asked: Asked = { texts: [], start: tape.top, end: 0 };
      const run = { root, answers, tape, texts: asked.texts, keys };
      keys.begin();
      for (const represent of represents) {
        if (!represent(run)) {
          this.hasGivenUp = true;
          return undefined;
        }
      }
      asked.end = tape.top;
      representations += `${representations === "" ? "" : ","}${label}${asked.texts.join(",")}]`;
      total += asked.texts.length;
      all.push(asked);
    }
    return total > 0 || lookups.length === 0 ? representations : undefined;
  }

  private take({ fetchId, fetch, asked }: Taking, body: Buffer): boolean {
    const data = fetch.readAnswer(body, this.tape);
    if (data === undefined) return false;
    this.answers[fetchId] = body;
    this.answersBytes += body.length;
    const { ints } = this.tape;
    if (fetch.rootSlot !== undefined) ints[this.root + fetch.rootSlot] = data;
    return fetch.lookups.every(({ entitiesAt }, which) => {
      const entities = ints[data + entitiesAt]!;
      const { texts, start, end } = asked[which]!;
      if (entities === 0 || ints[entities] !== texts.length) return false;
      for (let at = start; at < end; at += 2) ints[ints[at]!] = ints[entities + 1 + ints[at + 1]!]!;
      return true;
    });
  }
}

interface Taking {
  fetchId: number;
  fetch: SpliceFetch;
  asked: readonly Asked[];
}

/** One for all: neither writing nor asking ever waits. */
const writer = new ByteWriter();
const keys = new KeyTable();
