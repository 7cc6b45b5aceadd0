import { AnswerStream } from "./answer-stream.ts";

/** The answers of another stream, each changed on its way to the reader, and none before it is asked for. */
export class ChangedStream<Part> extends AnswerStream<Part> {
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

  /** A change takes time: nothing is ever there already. */
  override take(): undefined {
    return undefined;
  }

  override leave(): void {
    this.source.leave();
  }
}
