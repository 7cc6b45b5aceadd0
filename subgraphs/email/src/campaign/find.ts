import { defineLoader, inOrderOf, parseInput } from "@mycelium/subgraph-kit";
import { desc, eq, inArray, sql } from "drizzle-orm";
import { z } from "zod";
import type { Context } from "../context.ts";
import { type CampaignRow, campaignRecipients, campaigns } from "../db/tables.ts";

const listInput = z.object({ limit: z.int().min(1).max(100).nullish() });

export function listCampaigns(context: Context, input: unknown): Promise<CampaignRow[]> {
  const { limit } = parseInput(listInput, input);
  return context.read((tx) =>
    tx
      .select()
      .from(campaigns)
      .orderBy(desc(campaigns.createdAt))
      .limit(limit ?? 20),
  );
}

export async function findCampaign(context: Context, id: string): Promise<CampaignRow | null> {
  if (!z.guid().safeParse(id).success) return null;
  const [row] = await context.read((tx) => tx.select().from(campaigns).where(eq(campaigns.id, id)));
  return row ?? null;
}

export const progressOfCampaign = defineLoader(async (ids: readonly string[], context: Context) => {
  const having = (status: string) =>
    sql<number>`count(*) FILTER (WHERE ${campaignRecipients.status} = ${status})::int`;
  const rows = await context.read((tx) =>
    tx
      .select({
        id: campaignRecipients.campaignId,
        pending: having("PENDING"),
        sent: having("SENT"),
        failed: having("FAILED"),
        skipped: having("SKIPPED"),
      })
      .from(campaignRecipients)
      .where(inArray(campaignRecipients.campaignId, [...ids]))
      .groupBy(campaignRecipients.campaignId),
  );
  return inOrderOf(ids, rows, (row) => row.id, { pending: 0, sent: 0, failed: 0, skipped: 0 });
});
