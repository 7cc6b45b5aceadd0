import type { AnswerStream, PartReader } from "../streams/answer-stream.ts";
import { type RoundMember, Rounds } from "../streams/rounds.ts";
import type { StreamPart } from "../streams/stream-part.ts";

/** The words of a protocol. */
export interface StreamWords {
  /** The head of the answer goes out with it, and a client waits for that. */
  first: string;
  write(part: StreamPart): string;
  last: string;
  /** A sign of life; none where undefined. */
  beat: string | undefined;
}

const encoder = new TextEncoder();

/** A protocol ready to be written. What goes to a thousand clients one after the other is encoded once. */
export class StreamForm {
  readonly first: Uint8Array;
  readonly last: Uint8Array;
  readonly beat: Uint8Array | undefined;
  private readonly write: StreamWords["write"];
  private lastPart: StreamPart | undefined;
  private lastBytes = new Uint8Array();

  constructor({ first, write, last, beat }: StreamWords) {
    this.first = encoder.encode(first);
    this.write = write;
    this.last = encoder.encode(last);
    this.beat = beat === undefined ? undefined : encoder.encode(beat);
  }

  encode(part: StreamPart): Uint8Array {
    if (part !== this.lastPart) {
      this.lastPart = part;
      this.lastBytes = encoder.encode(this.write(part));
    }
    // Each stream owns what it is given.
    return this.lastBytes.slice();
  }
}

/** Writes a stream for one client, with a sign of life in each period. */
export function writeStreamBody(
  parts: AnswerStream<StreamPart>,
  form: StreamForm,
  beatMs: number,
): ReadableStream<Uint8Array> {
  return new ReadableStream(new StreamBody(parts, form, beatMs));
}

/** Thousands are kept: its methods are nobody's own. */
class StreamBody implements PartReader<StreamPart>, RoundMember {
  takes = false;
  private controller: ReadableStreamDefaultController<Uint8Array> | undefined;

  constructor(
    private readonly parts: AnswerStream<StreamPart>,
    private readonly form: StreamForm,
    private readonly beatMs: number,
  ) {}

  start(controller: ReadableStreamDefaultController<Uint8Array>): void {
    this.controller = controller;
    controller.enqueue(this.form.first);
    if (this.form.beat) Rounds.every(this.beatMs).join(this);
    this.parts.handTo(this);
  }

  pull(): void {
    this.takes = true;
    this.parts.resume();
  }

  take(part: StreamPart): void {
    this.takes = false;
    this.controller?.enqueue(this.form.encode(part));
  }

  over(): void {
    this.leaveRounds();
    this.controller?.enqueue(this.form.last);
    this.controller?.close();
  }

  turn(): void {
    // To a client that does not read, a sign of life is one thing more that waits.
    if ((this.controller?.desiredSize ?? 0) > 0) this.controller?.enqueue(this.form.beat!);
  }

  cancel(): void {
    this.leaveRounds();
    this.parts.leave();
  }

  private leaveRounds(): void {
    if (this.form.beat) Rounds.every(this.beatMs).leave(this);
  }
}
