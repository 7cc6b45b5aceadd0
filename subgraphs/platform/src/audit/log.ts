import type { Transaction } from "@mycelium/database";
import type { Caller } from "@mycelium/subgraph-kit";
import type * as tables from "../db/tables.ts";
import { auditLog } from "../db/tables.ts";

/** In the transaction of what it tells: who did what, and to what. Never how a secret reads. */
export async function logAction(
  tx: Transaction<typeof tables>,
  { userId, requestId }: Pick<Caller, "userId" | "requestId">,
  { action, target }: { action: string; target?: string },
): Promise<void> {
  await tx.insert(auditLog).values({ actor: userId ?? "nobody", action, target: target ?? null, requestId });
}
