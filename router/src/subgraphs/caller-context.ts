import type { Caller } from "../auth/caller.ts";
import type { GraphqlError } from "../graphql-error.ts";
import type { Operation } from "../operation/operation.ts";
import type { RequestObserver } from "../telemetry/observer.ts";
import type { Upload } from "../uploads/upload.ts";
import type { BatchedOperation } from "./calls-together.ts";
import type { HeaderSources } from "./propagate-headers.ts";

/** What a subgraph call needs to know of the client's request. */
export interface CallerContext {
  sources: HeaderSources;
  /** On whose behalf. */
  caller: Caller;
  /** A call that began in one is not shared with those who come in the next. */
  epoch?: (() => number) | undefined;
  observer: RequestObserver;
  /** What the client asks. */
  operation: Pick<Operation, "name" | "kind" | "text">;
  /** Aborts when nobody waits for the answer any longer, where the configuration makes that worth watching. */
  signal: AbortSignal | undefined;
  /** In `performance.now()` time: what has not begun by then is not begun. */
  deadlineMs: number;
  /** Whether the client still waits; only asked before a call is repeated. */
  isWaiting(): boolean;
  /** Why a subgraph is not to be asked for this request. */
  refuse?(subgraph: string): GraphqlError | undefined;
  /** What this operation's calls wait in, where it came together with others. */
  together?: BatchedOperation | undefined;
  /** The client's files. */
  upload?: Upload | undefined;
}
