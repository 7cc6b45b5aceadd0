import { writeHeaderMap } from "../../coprocessor/header-map.ts";
import { CoprocessorError } from "../../coprocessor/reply.ts";
import type { RequestStage } from "../../coprocessor/request-stage.ts";
import type { ResponseStage } from "../../coprocessor/response-stage.ts";
import { chooseContentType, readContentKind } from "../../http/negotiate.ts";
import { type Answer, answerWith, bodyOf, next, type Staged, textOf } from "../answer.ts";
import type { Exchange } from "../exchange.ts";
import { readRequestText } from "../receive.ts";
import { coprocessTexts } from "./coprocess-stream.ts";
import { answerBroken, factsOf, guardStage, replaceRequest } from "./stage-parts.ts";

/** Before the request is read: its head and its text may change. */
export async function coprocessRequest(exchange: Exchange, ask: RequestStage): Promise<Staged<undefined>> {
  const read = await readTextFor(exchange);
  if (read.kind === "answer") return read;
  const { request } = exchange;
  const { pathname, search } = new URL(request.url);
  const asked = await guardStage(exchange, "router request", async () => {
    const outcome = await ask(factsOf(exchange, request.headers), {
      headers: () => writeHeaderMap(request.headers),
      body: () => read.value,
      method: request.method,
      path: pathname + search,
    });
    if (outcome?.kind !== "continue") return outcome;
    return { ...outcome, body: textOrNone(outcome.body) };
  });
  if (asked.kind === "answer") return asked;
  const outcome = asked.value;
  if (outcome?.kind === "break") return answerWith(answerBroken(outcome));
  replaceRequest(exchange, { headers: outcome?.headers, body: outcome?.body ?? read.value });
  return next(undefined);
}

/** Undefined where it is not to be sent, or is a form whose files come later. */
async function readTextFor(exchange: Exchange): Promise<Staged<string | undefined>> {
  const { request, pipeline } = exchange;
  if (pipeline.config.coprocessor?.router.request.body !== true) return next(undefined);
  if (request.method !== "POST") return next("");
  const isForm = readContentKind(request.headers.get("content-type")) === "form";
  return isForm && pipeline.uploads ? next(undefined) : readRequestText(exchange);
}

function textOrNone(body: unknown): string | undefined {
  if (body === undefined || typeof body === "string") return body;
  throw new CoprocessorError("the coprocessor's `body` is no text");
}

/** After all else: the head and the text that the client gets. */
export async function coprocessAnswer(
  exchange: Exchange,
  answer: Answer,
  ask: ResponseStage<string>,
): Promise<Answer> {
  if (answer.stream) return { ...answer, stream: coprocessTexts(exchange, answer.stream, ask) };
  const text = textOf(bodyOf(answer));
  const headers = new Headers(answer.headers);
  headers.set("content-type", chooseContentType(exchange.request.headers.get("accept")));
  const facts = {
    ...factsOf(exchange, headers),
    status: answer.status,
    hasErrors: (answer.errors?.length ?? 0) > 0,
  };
  const asked = await guardStage(exchange, "router response", () =>
    ask(facts, { headers: () => writeHeaderMap(headers), body: text, status: answer.status }),
  );
  if (asked.kind === "answer") return asked.answer;
  const outcome = asked.value;
  if (!outcome) return answer;
  return {
    status: outcome.status ?? answer.status,
    headers: outcome.headers ?? headers,
    body: outcome.body,
  };
}
