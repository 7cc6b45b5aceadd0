import { defineErrors } from "./registry.ts";

/** The codes that every subgraph has; Apollo's own where Apollo has one. */
export const kitErrors = defineErrors({
  CONTEXT_REQUIRED: {
    status: 401,
    message: "This subgraph answers the router only: a valid signed context is missing",
  },
  UNAUTHENTICATED: { status: 401, message: "You must be signed in to do this" },
  FORBIDDEN: { status: 403, message: "You may not do this" },
  BAD_USER_INPUT: { status: 400, message: ({ reason }: { reason: string }) => reason },
  NOT_FOUND: { status: 404, message: ({ what }: { what: string }) => `There is no ${what}` },
  CONFLICT: { status: 409, message: ({ reason }: { reason: string }) => reason },
  RATE_LIMITED: {
    status: 429,
    message: ({ retryAfterSeconds }: { retryAfterSeconds: number }) =>
      `Too many requests: try again in ${retryAfterSeconds} s`,
  },
  SERVICE_UNAVAILABLE: { status: 503, message: "This is not available just now: try again" },
  BAD_CURSOR: { status: 400, message: "The cursor is not one of this list" },
  BAD_PAGE: {
    status: 400,
    message: ({ max }: { max: number }) => `Ask for 1 to ${max} items with first or last`,
  },
  BATCH_TOO_LARGE: {
    status: 400,
    message: ({ max }: { max: number }) => `At most ${max} representations can be asked for at once`,
  },
});
