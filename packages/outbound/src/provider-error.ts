/** How an outside service failed, whichever it was. */
export type ProviderFailure =
  /** It said no, and will again. */
  | "REFUSED"
  /** It does not take our credentials. */
  | "UNAUTHORIZED"
  | "NOT_FOUND"
  | "RATE_LIMITED"
  /** It does not work at present, or cannot be reached. */
  | "UNAVAILABLE"
  | "TIMED_OUT"
  /** It answered what its documentation does not know. */
  | "UNREADABLE"
  /** It failed so often that it is left alone for a while. */
  | "CIRCUIT_OPEN";

export interface ProviderErrorDetails {
  /** The provider's own code. */
  code?: string | undefined;
  status?: number | undefined;
  retryAfterMs?: number | undefined;
  cause?: unknown;
}

/** Its message is the provider's reason and may be shown to the tenant whose provider it is. */
export class ProviderError extends Error {
  override readonly name = "ProviderError";
  readonly code: string | undefined;
  readonly status: number | undefined;
  readonly retryAfterMs: number | undefined;

  constructor(
    readonly provider: string,
    readonly failure: ProviderFailure,
    message: string,
    { code, status, retryAfterMs, cause }: ProviderErrorDetails = {},
  ) {
    super(message, { cause });
    this.code = code;
    this.status = status;
    this.retryAfterMs = retryAfterMs;
  }
}

/** Failures that say something about the provider's health rather than about the request. */
export function isOutage(error: unknown): boolean {
  return (
    !(error instanceof ProviderError) ||
    error.failure === "UNAVAILABLE" ||
    error.failure === "TIMED_OUT" ||
    error.failure === "UNREADABLE"
  );
}

export function failureOfStatus(status: number): ProviderFailure {
  if (status === 401 || status === 403) return "UNAUTHORIZED";
  if (status === 404) return "NOT_FOUND";
  if (status === 429) return "RATE_LIMITED";
  return status >= 500 ? "UNAVAILABLE" : "REFUSED";
}
