import { type BatchedOperation, CallsOfBatch } from "../subgraphs/calls-together.ts";
import { type Answer, bodyOf, textOf } from "./answer.ts";
import { clientErrors } from "./client-errors.ts";
import { beginExchange, type Exchange } from "./exchange.ts";
import { limitRate } from "./limit-rate.ts";
import type { GraphqlRequest, RequestBatch } from "./read-graphql-request.ts";

export type AnswerItem = (item: Exchange, request: GraphqlRequest) => Promise<Answer>;

/** Before the whole batch is out of time, so that an item that is slow alone is late. */
const itemSlackMs = 20;

/**
 * Answers what came together at once, each by itself, and all in one list in the order in which they came. Its head
 * is the first one's, as in Apollo Router.
 */
export async function answerBatch(
  exchange: Exchange,
  { items }: RequestBatch,
  answerItem: AnswerItem,
): Promise<Answer> {
  const { meters } = exchange.pipeline.telemetry;
  meters.batched(items.length);
  const calls = new CallsOfBatch({
    operations: items,
    count: (size, subgraph) => meters.batched(size, subgraph),
  });
  const exchanges = items.map((operation) => beginItem(exchange, { operation, calls }));
  const answers = await Promise.all(
    items.map(async (request, index) => {
      const item = exchanges[index]!;
      // The batch itself was counted as one before it was read.
      const counted = index === 0 ? undefined : await limitRate(item, "request");
      const answer =
        counted?.kind === "answer" ? counted.answer : await answerItem(item, request).catch(failed(item));
      calls.settled(request);
      const body = textOf(bodyOf(answer));
      item.observer.end({ status: answer.status, body });
      return { answer, body };
    }),
  );
  exchange.answerHeaders = exchanges.at(-1)?.answerHeaders ?? exchange.answerHeaders;
  const { status = 200, headers } = answers[0]?.answer ?? {};
  return { status, ...(headers && { headers }), body: `[${answers.map(({ body }) => body).join()}]` };
}

/** A bug in one answer leaves the others. */
function failed({ observer }: Exchange): (error: unknown) => Answer {
  return (error) => {
    observer.failed("INTERNAL_SERVER_ERROR", error);
    return clientErrors.internal(observer.requestId);
  };
}

/** One answer of a list cannot be a stream. */
const accepted = { accept: "application/json" };

function beginItem(batch: Exchange, together: BatchedOperation): Exchange {
  const { pipeline, request, received, peers, context, caller, deadlineMs } = batch;
  const { url, method, headers } = request;
  const own = new Request(url, { method, headers: { ...headers.toJSON(), ...accepted } });
  const item = beginExchange(pipeline, own, peers);
  for (const [key, value] of context) item.context.set(key, value);
  return { ...item, received, caller, deadlineMs: deadlineMs - itemSlackMs, together };
}
