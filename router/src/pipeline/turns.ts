/**
 * Requests under way go first. Under full load a turn of the event loop finds many new requests at once; were all of
 * them begun, a subgraph's answer that came meanwhile would wait for them, and so would the next fetch of its plan.
 * Only so many begin in one turn, in the order in which they came; the others wait for the next.
 */
export class Turns {
  private begun = 0;
  private isEnding = false;
  private readonly waiting: (() => void)[] = [];

  constructor(private readonly beginMax: number) {}

  /** Undefined where it may begin at once, which is always so while there is little to do. */
  enter(): Promise<void> | undefined {
    this.endLater();
    if (this.begun < this.beginMax) {
      this.begun++;
      return undefined;
    }
    return new Promise((resolve) => this.waiting.push(resolve));
  }

  private endLater(): void {
    if (this.isEnding) return;
    this.isEnding = true;
    setImmediate(() => this.end());
  }

  private end(): void {
    this.isEnding = false;
    const next = this.waiting.splice(0, this.beginMax);
    this.begun = next.length;
    if (next.length > 0) this.endLater();
    for (const begin of next) begin();
  }
}
