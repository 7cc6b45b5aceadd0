export interface LimitRequest {
  key: string;
  /** How many in a window. */
  limit: number;
  windowMs: number;
}

export interface LimitVerdict {
  allowed: boolean;
  remaining: number;
  /** 0 when allowed. */
  retryAfterMs: number;
}

/** Counts over a sliding window. In memory for one process; a shared store for several. */
export interface Limiter {
  take(request: LimitRequest): LimitVerdict | Promise<LimitVerdict>;
}
