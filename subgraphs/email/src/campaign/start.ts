import { enqueue } from "@mycelium/jobs";
import { authorize, kitErrors, parseInput } from "@mycelium/subgraph-kit";
import { z } from "zod";
import type { Context } from "../context.ts";
import { type CampaignRow, campaignRecipients, campaigns } from "../db/tables.ts";
import { address, variables } from "../message/send.ts";
import { findTemplate } from "../template/render.ts";
import { campaignJob } from "./run.ts";

const campaignInput = z.object({
  name: z.string().trim().min(1).max(200),
  template: z.string().min(1).max(50),
  variables,
  recipients: z.array(address).min(1).max(10_000),
});

const insertedAtOnce = 1_000;

export async function startCampaign(context: Context, input: unknown): Promise<CampaignRow> {
  authorize(context, "ADMIN");
  const { recipients, ...campaign } = parseInput(campaignInput, input);
  if (!(await findTemplate(context, campaign.template)))
    throw kitErrors.BAD_USER_INPUT({ reason: `template: there is none called ${campaign.template}` });
  const unique = [...new Set(recipients)];
  return context.transact(async (tx) => {
    const [row] = await tx.insert(campaigns).values(campaign).returning();
    if (!row) throw new Error("a campaign was stored and not given back");
    for (let start = 0; start < unique.length; start += insertedAtOnce) {
      const page = unique.slice(start, start + insertedAtOnce);
      await tx.insert(campaignRecipients).values(page.map((to) => ({ campaignId: row.id, address: to })));
    }
    await enqueue(tx, campaignJob, { payload: { campaignId: row.id } });
    return row;
  });
}
