import { AsyncLocalStorage } from "node:async_hooks";
import type { Database, Tables, Transaction } from "@mycelium/database";
import type { CacheHint } from "../cache-control/policy.ts";
import { kitErrors } from "../errors/kit-errors.ts";
import type { Logger } from "../telemetry/logger.ts";
import type { Caller } from "./caller.ts";

/** What a resolver and a verb are given beside their arguments. */
export interface RequestContext<T extends Tables = Tables, Services = unknown> {
  readonly caller: Caller;
  readonly log: Logger;
  /** Aborted when the client has gone or the subgraph stops waiting. */
  readonly signal: AbortSignal;
  /** W3C trace context of this request, for calls to the outside. */
  readonly traceparent: string | undefined;
  readonly services: Services;
  /** A transaction in which the caller's tenant alone can be seen. */
  transact<R>(work: (tx: Transaction<T>) => Promise<R>): Promise<R>;
  read<R>(work: (tx: Transaction<T>) => Promise<R>): Promise<R>;
  /** Lowers what the answer's Cache-Control says; never raises it. */
  cacheHint(hint: CacheHint): void;
}

export interface ContextParts<T extends Tables, Services> {
  caller: Caller;
  log: Logger;
  signal: AbortSignal;
  traceparent: string | undefined;
  services: Services;
  database: Database<T> | undefined;
}

/** One for each request. A class, so that making one is an allocation and no closures. */
export class SubgraphContext<T extends Tables, Services> implements RequestContext<T, Services> {
  readonly caller: Caller;
  readonly signal: AbortSignal;
  readonly traceparent: string | undefined;
  readonly services: Services;
  readonly hints: CacheHint[] = [];
  private readonly baseLog: Logger;
  private ownLog: Logger | undefined;
  private readonly database: Database<T> | undefined;

  constructor(parts: ContextParts<T, Services>) {
    this.caller = parts.caller;
    this.baseLog = parts.log;
    this.signal = parts.signal;
    this.traceparent = parts.traceparent;
    this.services = parts.services;
    this.database = parts.database;
  }

  /** Every line of it names the request and its tenant. Made when it is first asked for: most requests log nothing. */
  get log(): Logger {
    const { tenantId, requestId } = this.caller;
    this.ownLog ??= this.baseLog.child({ tenantId, requestId });
    return this.ownLog;
  }

  transact<R>(work: (tx: Transaction<T>) => Promise<R>): Promise<R> {
    return this.requireDatabase().transact(this.caller, work);
  }

  read<R>(work: (tx: Transaction<T>) => Promise<R>): Promise<R> {
    return this.requireDatabase().read(this.caller, work);
  }

  cacheHint(hint: CacheHint): void {
    this.hints.push(hint);
  }

  private requireDatabase(): Database<T> {
    if (this.caller.tenantId === "") throw kitErrors.UNAUTHENTICATED();
    if (!this.database) throw new Error("this subgraph was made without a database");
    return this.database;
  }
}

const storage = new AsyncLocalStorage<RequestContext>();

export function runWithContext<R>(context: RequestContext, work: () => R): R {
  return storage.run(context, work);
}

/** The request that the running code belongs to. Undefined outside one: at start, in a timer. */
export function currentContext(): RequestContext | undefined {
  return storage.getStore();
}

export function requireContext(): RequestContext {
  const context = currentContext();
  if (!context) throw new Error("No tenant context available");
  return context;
}
