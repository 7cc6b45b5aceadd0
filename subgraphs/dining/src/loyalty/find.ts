import { defineLoader, inOrderOf } from "@mycelium/subgraph-kit";
import { inArray } from "drizzle-orm";
import type { Context } from "../context.ts";
import { loyaltyAccounts } from "../db/tables.ts";

export const pointsOfGuest = defineLoader(async (keys: readonly string[], context: Context) => {
  const rows = await context.read((tx) =>
    tx
      .select()
      .from(loyaltyAccounts)
      .where(inArray(loyaltyAccounts.guestKey, [...keys])),
  );
  return inOrderOf(keys, rows, (row) => row.guestKey, null).map((row) => row?.points ?? 0);
});
