import type { ServingWorker, Signals, WorkerSeat } from "../surroundings.ts";
import { Link, type Message, type Question, type Reply } from "./link.ts";

/** The process's way to its parent. */
export interface ParentChannel {
  send(message: Message): void;
  onMessage(receive: (message: Message) => void): void;
  onDisconnect(leave: () => void): void;
  onUncaught: Signals["onUncaught"];
}

const askTimeoutMs = 3_000;

/** The parent alone decides: a signal to the whole process group would otherwise arrive twice. */
export function sitDown(index: number, channel: ParentChannel): { seat: WorkerSeat; signals: Signals } {
  let worker: ServingWorker | undefined;
  const link = new Link({
    send: channel.send,
    answer: async (question) => worker && answerQuestion(worker, question),
  });
  const stopped = new Promise<string>((resolve) => {
    channel.onMessage((message) => {
      if (message.kind === "stop") resolve(message.reason);
      else link.receive(message);
    });
    channel.onDisconnect(() => resolve("the parent process is gone"));
  });
  const seat: WorkerSeat = {
    isSpeaker: index === 0,
    isReady: async () => (await link.ask("ready", askTimeoutMs)) === true,
    renderMetrics: async () => String((await link.ask("metrics", askTimeoutMs)) ?? ""),
    take(serving) {
      worker = serving;
      channel.send({ kind: "serving" });
    },
  };
  const { onUncaught } = channel;
  return { seat, signals: { stopped, stoppedAgain: new Promise(() => {}), onReload() {}, onUncaught } };
}

async function answerQuestion(worker: ServingWorker, question: Question): Promise<Reply> {
  switch (question) {
    case "ready":
      return worker.isReady();
    case "metrics":
      return worker.renderMetrics();
    case "reload":
      return worker.reload();
  }
}
