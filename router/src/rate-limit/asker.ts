import type { Caller } from "../auth/caller.ts";
import type { HeaderReader } from "../telemetry/observer.ts";

/** What is known of a request when it is counted. */
export interface Asker {
  readonly headers: HeaderReader;
  readonly caller: Caller;
  /** Of the client, not of a proxy before it. */
  address(): string;
  /** Undefined until it has been read. */
  readonly operation: AskedOperation | undefined;
}

export interface AskedOperation {
  readonly name: string | undefined;
  readonly kind: string;
  /** What it is estimated to cost with the variables of this request; once it is planned. */
  readonly cost?: number | undefined;
}
