import type { RouterProcess } from "./router-process.ts";
import { meAnswer, meQuery } from "./shop.ts";

export interface LoadResult {
  answered: number;
  /** Whatever was not the whole answer: the text of the answer, or why there was none. */
  failures: string[];
}

/** So many clients ask one after the other, each over connections of its own, until told to stop. */
export class Load {
  private readonly result: LoadResult = { answered: 0, failures: [] };
  private readonly clients: Promise<void>[];
  private isStopped = false;

  constructor(router: RouterProcess, clients: number) {
    const { url } = router;
    this.clients = Array.from({ length: clients }, () => this.run(url));
  }

  get answered(): number {
    return this.result.answered;
  }

  async stop(): Promise<LoadResult> {
    this.isStopped = true;
    await Promise.all(this.clients);
    return this.result;
  }

  private async run(url: string): Promise<void> {
    const expected = JSON.stringify(meAnswer);
    const init = {
      method: "POST",
      body: JSON.stringify({ query: meQuery }),
      headers: { "content-type": "application/json" },
    };
    while (!this.isStopped) {
      const text = await fetch(url, init).then((response) => response.text(), String);
      if (text === expected) this.result.answered++;
      else this.result.failures.push(text);
    }
  }
}
