import { type Caller, sessionOf } from "../caller.ts";
import type { RegistryDatabase, Tx } from "../database.ts";

/** What a request may reach: its key's graph, as its role lets it. */
export interface Access {
  caller: Caller;
  /** Where people look at the registry. */
  publicUrl: string;
  read<R>(work: (tx: Tx) => Promise<R>): Promise<R>;
  transact<R>(work: (tx: Tx) => Promise<R>): Promise<R>;
}

/** Where people look at it. */
export function pageOf(
  { publicUrl, caller }: Access,
  what: "launches" | "checks",
  id: number | string,
): string {
  return `${publicUrl}/graphs/${caller.graphId}/${what}/${id}`;
}

export function accessOf(
  caller: Caller,
  { database, publicUrl }: { database: RegistryDatabase; publicUrl: string },
): Access {
  const session = sessionOf(caller);
  return {
    caller,
    publicUrl,
    read: (work) => database.read(session, work),
    transact: (work) => database.transact(session, work),
  };
}
