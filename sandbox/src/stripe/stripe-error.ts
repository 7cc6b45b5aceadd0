/** A refusal in Stripe's words: type, code and status as its API documents them. */
export class StripeError extends Error {
  constructor(
    readonly status: number,
    readonly body: { type: string; message: string; [key: string]: unknown },
  ) {
    super(body.message);
  }
}

export function missingParameter(param: string): StripeError {
  return invalid(`Missing required param: ${param}.`, { code: "parameter_missing", param });
}

export function unknownParameter(param: string): StripeError {
  return invalid(`Received unknown parameter: ${param}`, { code: "parameter_unknown", param });
}

export function invalid(message: string, more: Record<string, unknown> = {}): StripeError {
  return new StripeError(400, { type: "invalid_request_error", message, ...more });
}

export function noSuch(kind: string, id: string): StripeError {
  const message = `No such ${kind}: '${id}'`;
  return new StripeError(404, {
    type: "invalid_request_error",
    code: "resource_missing",
    message,
    param: "id",
  });
}

export function wrongKey(key: string): StripeError {
  const shown = key.length > 12 ? `${key.slice(0, 8)}****${key.slice(-4)}` : "";
  return new StripeError(401, {
    type: "invalid_request_error",
    message: `Invalid API Key provided: ${shown}`,
  });
}
