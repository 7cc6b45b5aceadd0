import type { GraphqlBody } from "../../coprocessor/graphql-body.ts";
import { CoprocessorError } from "../../coprocessor/reply.ts";
import type { ResponseStage } from "../../coprocessor/response-stage.ts";
import { ChangedStream } from "../../streams/changed-stream.ts";
import type { OperationStream, StreamPart } from "../../streams/stream-part.ts";
import type { Exchange } from "../exchange.ts";
import { factsOf, type KnownOperation } from "./stage-parts.ts";

type ChangeText = (text: string) => Promise<string>;

/** Each answer of a stream as GraphQL. The head has been sent, and is told no more. */
export function coprocessResults(
  exchange: Exchange,
  stream: OperationStream,
  { known, ask }: { known: KnownOperation; ask: ResponseStage<GraphqlBody> },
): OperationStream {
  return changeParts(exchange, stream, async (text) => {
    // The cast holds: the router has written it.
    const body = JSON.parse(text) as GraphqlBody;
    const hasErrors = (body.errors?.length ?? 0) > 0;
    const facts = { ...factsOf(exchange, noHeaders, known), status: 200, hasErrors };
    const outcome = await ask(facts, { ...laterPart, body, hasNext: body.hasNext });
    return outcome ? JSON.stringify(outcome.body) : text;
  });
}

/** Each answer of a stream as text, before it is framed for the client. */
export function coprocessTexts(
  exchange: Exchange,
  stream: OperationStream,
  ask: ResponseStage<string>,
): OperationStream {
  return changeParts(exchange, stream, async (text) => {
    const facts = { ...factsOf(exchange, noHeaders), status: 200, hasErrors: false };
    const outcome = await ask(facts, { ...laterPart, body: text });
    return outcome?.body ?? text;
  });
}

const noHeaders = new Headers();
const laterPart = { headers: () => ({}), status: 200, isLaterPart: true } as const;

/** In Apollo Router's words: the client has read the beginning, and must learn that a part is missing. */
const failedPart = JSON.stringify({
  errors: [{ message: "Internal error handling deferred response", extensions: { code: "INTERNAL_ERROR" } }],
});

function changeParts(exchange: Exchange, stream: OperationStream, change: ChangeText): OperationStream {
  const { logger } = exchange.pipeline.telemetry;
  const changePart = async (part: StreamPart): Promise<StreamPart> => {
    if (typeof part !== "string") return part;
    try {
      return await change(part);
    } catch (error) {
      if (!(error instanceof CoprocessorError)) throw error;
      logger.error(
        { request_id: exchange.observer.requestId },
        `coprocessor: error in an answer of a stream: ${error.message}`,
      );
      return failedPart;
    }
  };
  return { ...stream, parts: new ChangedStream(stream.parts, changePart) };
}
