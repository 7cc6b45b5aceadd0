/** Who is given parts as they come: no promise waits where thousands of streams are idle. */
export interface PartReader<Part> {
  /** While it takes none, they wait until the stream is told to `resume`. */
  readonly takes: boolean;
  take(part: Part): void;
  /** All is read, and nothing more comes. */
  over(): void;
}

/**
 * Answers on their way from whoever makes them to the one who reads them. It has one writer and one reader, holds no
 * more than its capacity, and is over when the writer has ended it and all is read, or when the reader leaves.
 */
export class AnswerStream<Part> implements AsyncIterableIterator<Part, undefined>, Disposable {
  /** Called once when the reader leaves before the end. */
  onLeave: (() => void) | undefined;
  private waiting: Part[] | undefined;
  private reading: ((result: IteratorResult<Part, undefined>) => void) | undefined;
  private reader: PartReader<Part> | undefined;
  private state: "open" | "ended" | "left" = "open";

  constructor(private readonly capacity: number) {}

  get isOpen(): boolean {
    return this.state === "open";
  }

  /** False where there is no room: then it is not taken. What comes after the end or the reader is gone for good. */
  push(part: Part): boolean {
    if (this.state !== "open") return true;
    if (this.hand(part)) return true;
    if ((this.waiting?.length ?? 0) >= this.capacity) return false;
    this.keep(part);
    return true;
  }

  /** Makes room for one more by what has waited longest. */
  dropOldest(): void {
    this.waiting?.shift();
  }

  /** Nothing more comes but `last`. What waits is still read. */
  end(last?: Part): void {
    if (this.state !== "open") return;
    if (last !== undefined && !this.hand(last)) this.keep(last);
    // Whoever was given the last part may have left.
    if (this.isOpen) this.state = "ended";
    if (!this.waiting) this.tellOver();
  }

  /** As `end`, but what waits is given up. */
  cut(last: Part): void {
    this.waiting = undefined;
    this.end(last);
  }

  next(): Promise<IteratorResult<Part, undefined>> {
    const value = this.take();
    if (value !== undefined) return Promise.resolve({ done: false, value });
    if (this.state !== "open") return Promise.resolve(over);
    return new Promise((resolve) => {
      this.reading = resolve;
    });
  }

  /** In the place of reading. */
  handTo(reader: PartReader<Part>): void {
    this.reader = reader;
    this.resume();
  }

  /** The reader takes parts again. */
  resume(): void {
    const { reader } = this;
    if (!reader) return;
    while (reader.takes) {
      const part = this.take();
      if (part === undefined) break;
      reader.take(part);
    }
    if (!this.waiting && this.state === "ended") this.tellOver();
  }

  /** What is there already; undefined where the reader would have to wait, or all is over. */
  take(): Part | undefined {
    const { waiting } = this;
    if (!waiting) return undefined;
    const part = waiting.shift();
    if (waiting.length === 0) this.waiting = undefined;
    return part;
  }

  return(): Promise<IteratorResult<Part, undefined>> {
    this.leave();
    return Promise.resolve(over);
  }

  /** The reader wants no more. */
  leave(): void {
    if (this.state === "left") return;
    const wasOpen = this.state === "open";
    this.state = "left";
    this.waiting = undefined;
    this.reader = undefined;
    this.tellOver();
    const { onLeave } = this;
    this.onLeave = undefined;
    if (wasOpen) onLeave?.();
  }

  [Symbol.dispose](): void {
    this.leave();
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  private keep(part: Part): void {
    if (this.waiting) this.waiting.push(part);
    else this.waiting = [part];
  }

  private hand(part: Part): boolean {
    const { reading, reader } = this;
    if (reader && !this.waiting && reader.takes) {
      reader.take(part);
      return true;
    }
    if (!reading) return false;
    this.reading = undefined;
    reading({ done: false, value: part });
    return true;
  }

  private tellOver(): void {
    const { reading, reader } = this;
    this.reading = undefined;
    this.reader = undefined;
    reading?.(over);
    reader?.over();
  }
}

const over: IteratorReturnResult<undefined> = { done: true, value: undefined };
