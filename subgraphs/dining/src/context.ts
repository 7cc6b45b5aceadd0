import type { Peers } from "@mycelium/peers";
import type { RequestContext } from "@mycelium/subgraph-kit";
import type * as tables from "./db/tables.ts";

export interface Services {
  peers: Peers;
  /** What receipts' links begin with; the tenant and the payment follow. */
  receiptUrl: string;
  /** How long whoever died is waited for. */
  leaseMs: number;
}

export type Context = RequestContext<typeof tables, Services>;
