import { isJsonObject, type JsonObject, type JsonValue } from "../json.ts";
import type { StageName } from "./stage-facts.ts";

export const protocolVersion = 1;

/** What a coprocessor says, its envelope found to be right. */
export interface Reply {
  /** Undefined: on. A number: an answer with this status. */
  breakStatus: number | undefined;
  /** Whether it says anything of control, which at a response sets the status. */
  hasControl: boolean;
  headers: JsonValue | undefined;
  body: JsonValue | undefined;
  context: JsonValue | undefined;
  uri: string | undefined;
}

/** Why a coprocessor could not be asked, or what is wrong with its answer. Its text may go into the log. */
export class CoprocessorError extends Error {
  constructor(
    message: string,
    readonly isTimeout = false,
    options?: ErrorOptions,
  ) {
    super(message, options);
    this.name = "CoprocessorError";
  }
}

export function readReply(text: string, stage: StageName): Reply {
  const reply = parse(text);
  if (reply.version !== protocolVersion) {
    throw new CoprocessorError(
      `Coprocessor returned the wrong version: expected \`${protocolVersion}\` found \`${show(reply.version)}\``,
    );
  }
  if (reply.stage !== stage) {
    throw new CoprocessorError(
      `Coprocessor returned the wrong stage: expected \`${stage}\` found \`${show(reply.stage)}\``,
    );
  }
  const { control = null, headers, body, context, uri } = reply;
  if (control === null && stage.endsWith("Request")) {
    throw new CoprocessorError(
      `Coprocessor response is missing the \`control\` parameter in the \`${stage}\` stage. You must specify "control": "Continue" or "control": "Break"`,
    );
  }
  if (uri !== undefined && uri !== null && typeof uri !== "string") {
    throw new CoprocessorError("the coprocessor's `uri` is no text");
  }
  return {
    breakStatus: readBreak(control),
    hasControl: control !== null,
    headers: headers ?? undefined,
    body: body ?? undefined,
    context: context ?? undefined,
    uri: uri ?? undefined,
  };
}

function parse(text: string): JsonObject {
  let value: JsonValue;
  try {
    value = JSON.parse(text) as JsonValue;
  } catch (cause) {
    throw new CoprocessorError("the coprocessor's answer is no JSON", false, { cause });
  }
  if (!isJsonObject(value)) throw new CoprocessorError("the coprocessor's answer is no JSON object");
  return value;
}

function readBreak(control: JsonValue): number | undefined {
  if (control === null || control === "continue") return undefined;
  const status = isJsonObject(control) ? control.break : undefined;
  if (typeof status !== "number" || !Number.isInteger(status) || status < 100 || status > 999) {
    throw new CoprocessorError(
      `the coprocessor's \`control\` must be "continue" or {"break": status}, not ${show(control)}`,
    );
  }
  return status;
}

function show(value: JsonValue | undefined): string {
  return (typeof value === "string" ? value : (JSON.stringify(value) ?? "nothing")).slice(0, 100);
}
