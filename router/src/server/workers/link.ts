/** What one process asks another: a worker its parent about all workers, the parent a worker about itself. */
export type Question = "ready" | "metrics" | "reload";
export type Reply = boolean | string;

export type Message =
  | { kind: "ask"; id: number; question: Question }
  | { kind: "reply"; id: number; reply: Reply | undefined }
  | { kind: "serving" }
  | { kind: "stop"; reason: string };

export interface LinkEnds {
  send(message: Message): void;
  answer(question: Question): Promise<Reply | undefined>;
}

/** Questions and replies between a parent and one worker. A question that is under way is not asked again. */
export class Link {
  private readonly waiting = new Map<number, (reply: Reply | undefined) => void>();
  private readonly asked = new Map<Question, Promise<Reply | undefined>>();
  private lastId = 0;

  constructor(private readonly ends: LinkEnds) {}

  /** `undefined` when no reply comes in time. */
  ask(question: Question, timeoutMs: number): Promise<Reply | undefined> {
    const underWay = this.asked.get(question);
    if (underWay) return underWay;
    const reply = this.sendQuestion(question, timeoutMs).finally(() => this.asked.delete(question));
    this.asked.set(question, reply);
    return reply;
  }

  /** Takes the questions and replies among the messages that come in. */
  receive(message: Message): void {
    if (message.kind === "ask") void this.reply(message.id, message.question);
    if (message.kind === "reply") this.waiting.get(message.id)?.(message.reply);
  }

  /** The other process is gone: nothing more will be said. */
  close(): void {
    for (const settle of this.waiting.values()) settle(undefined);
  }

  private sendQuestion(question: Question, timeoutMs: number): Promise<Reply | undefined> {
    const id = ++this.lastId;
    return new Promise((resolve) => {
      const settle = (reply: Reply | undefined) => {
        clearTimeout(timer);
        this.waiting.delete(id);
        resolve(reply);
      };
      const timer = setTimeout(() => settle(undefined), timeoutMs);
      this.waiting.set(id, settle);
      this.send({ kind: "ask", id, question });
    });
  }

  private async reply(id: number, question: Question): Promise<void> {
    this.send({ kind: "reply", id, reply: await this.ends.answer(question) });
  }

  private send(message: Message): void {
    try {
      this.ends.send(message);
    } catch {
      // The other process has just gone: no reply will come, and the question runs into its time limit.
    }
  }
}
