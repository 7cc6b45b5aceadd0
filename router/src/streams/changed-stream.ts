import { AnswerStream, type PartReader } from "./answer-stream.ts";

/** The answers of another stream, each changed on its way to the reader, and none before it is asked for. */
export class ChangedStream<Part> extends AnswerStream<Part> {
  private changedFor: PartReader<Part> | undefined;
  private isChanging = false;

  constructor(
    private readonly source: AnswerStream<Part>,
    private readonly change: (part: Part) => Promise<Part>,
  ) {
    super(0);
  }

  override get isOpen(): boolean {
    return this.source.isOpen;
  }

  override async next(): Promise<IteratorResult<Part, undefined>> {
    const result = await this.source.next();
    return result.done ? result : { done: false, value: await this.change(result.value) };
  }

  override handTo(reader: PartReader<Part>): void {
    this.changedFor = reader;
    this.resume();
  }

  override resume(): void {
    if (!this.isChanging) void this.changeWhileTaken();
  }

  /** A change takes time: nothing is ever there already. */
  override take(): undefined {
    return undefined;
  }

  override end(last?: Part): void {
    this.source.end(last);
  }

  override leave(): void {
    this.changedFor = undefined;
    this.source.leave();
  }

  private async changeWhileTaken(): Promise<void> {
    this.isChanging = true;
    while (this.changedFor?.takes) {
      const { done, value } = await this.next();
      const reader = this.changedFor;
      if (done) this.changedFor = undefined;
      if (done) reader?.over();
      else reader?.take(value);
    }
    this.isChanging = false;
  }
}
