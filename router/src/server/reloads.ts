/** Runs reloads one after the other. What is asked for while one runs is one more reload, whose inputs are newer. */
export class Reloads {
  private underWay: Promise<boolean> | undefined;
  private next: Promise<boolean> | undefined;
  private isStopped = false;

  constructor(private readonly reload: () => Promise<boolean>) {}

  /** Resolves to whether the reload succeeded that began after this call. */
  request(): Promise<boolean> {
    if (this.isStopped) return Promise.resolve(false);
    if (!this.underWay) return this.start();
    this.next ??= this.underWay.then(() => {
      this.next = undefined;
      return this.isStopped ? false : this.start();
    });
    return this.next;
  }

  stop(): void {
    this.isStopped = true;
  }

  private start(): Promise<boolean> {
    this.underWay = this.reload().finally(() => {
      this.underWay = undefined;
    });
    return this.underWay;
  }
}
