import { authorize, defineLoader, inOrderOf, parseInput } from "@mycelium/subgraph-kit";
import { inArray } from "drizzle-orm";
import { z } from "zod";
import type { Context } from "../context.ts";
import { type AddressRow, addresses } from "../db/tables.ts";
import { address } from "../message/send.ts";

/** The key is the address in lower case. */
export const statsOfAddress = defineLoader(async (wanted: readonly string[], context: Context) => {
  const rows = await context.read((tx) =>
    tx
      .select()
      .from(addresses)
      .where(inArray(addresses.address, [...wanted])),
  );
  return inOrderOf(wanted, rows, (row) => row.address, null);
});

export type Stats = Omit<AddressRow, "tenantId" | "address">;

export const noStats: Stats = {
  ...{ sent: 0, delivered: 0, opens: 0, clicks: 0, bounces: 0, complaints: 0 },
  ...{ lastEventAt: null, optedOutAt: null },
};

const optInInput = z.object({ email: address, optIn: z.boolean() });

export async function setOptIn(context: Context, input: unknown): Promise<Stats> {
  authorize(context, "STAFF");
  const { email, optIn } = parseInput(optInInput, input);
  const optedOutAt = optIn ? null : new Date();
  const [row] = await context.transact((tx) =>
    tx
      .insert(addresses)
      .values({ address: email, optedOutAt })
      .onConflictDoUpdate({ target: [addresses.tenantId, addresses.address], set: { optedOutAt } })
      .returning(),
  );
  statsOfAddress.forget(context, email);
  return row ?? noStats;
}
