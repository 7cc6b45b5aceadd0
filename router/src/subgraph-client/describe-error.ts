import type { TransportError, TransportErrorCode } from "./transport.ts";

/** What a client sees of a failed subgraph request: `extensions.code`, message, and the status it stands for. */
export interface SubgraphFailure {
  code: string;
  message: string;
  status: number;
}

/** In Apollo Router's words, because clients and dashboards match on them. */
export function describeTransportError(subgraphName: string, error: TransportError): SubgraphFailure {
  return (
    SHAPING_FAILURES[error.code] ?? {
      code: "SUBREQUEST_HTTP_ERROR",
      message: `HTTP fetch failed from '${subgraphName}': ${error.message}`,
      status: 500,
    }
  );
}

const SHAPING_FAILURES: Partial<Record<TransportErrorCode, SubgraphFailure>> = {
  TIMED_OUT: { code: "GATEWAY_TIMEOUT", message: "Your request has been timed out", status: 504 },
  RATE_LIMITED: { code: "REQUEST_RATE_LIMITED", message: "Your request has been rate limited", status: 503 },
  CONCURRENCY_LIMITED: {
    code: "REQUEST_CONCURRENCY_LIMITED",
    message: "Your request has been concurrency limited",
    status: 503,
  },
};
