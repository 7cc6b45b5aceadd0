import { enqueue } from "@mycelium/jobs";
import { ClientError } from "@mycelium/subgraph-kit";
import { and, eq } from "drizzle-orm";
import type { Context } from "../context.ts";
import { campaignRecipients, campaigns } from "../db/tables.ts";
import { sendEmail } from "../message/send.ts";
import { statsOfAddress } from "../stats/find.ts";

/** One job sends so many, and adds the next: a tenant's large campaign does not hold a worker for hours. */
const sentAtOnce = 50;

export const campaignJob = { name: "email.send_campaign" };

export interface CampaignJob {
  campaignId: string;
}

/** Killed in between, it goes on: each recipient's mail has a name of its own, and so is sent once. */
export async function runCampaign(context: Context, { campaignId }: CampaignJob): Promise<void> {
  const { campaign, pending } = await context.read(async (tx) => {
    const [found] = await tx.select().from(campaigns).where(eq(campaigns.id, campaignId));
    const waiting = await tx
      .select()
      .from(campaignRecipients)
      .where(and(eq(campaignRecipients.campaignId, campaignId), eq(campaignRecipients.status, "PENDING")))
      .limit(sentAtOnce);
    return { campaign: found, pending: waiting };
  });
  if (!campaign) return;
  for (const { address } of pending) {
    const outcome = await sendTo(context, address, campaign);
    await context.transact((tx) =>
      tx
        .update(campaignRecipients)
        .set(outcome)
        .where(and(eq(campaignRecipients.campaignId, campaignId), eq(campaignRecipients.address, address))),
    );
  }
  await context.transact(async (tx) => {
    if (pending.length === sentAtOnce) await enqueue(tx, campaignJob, { payload: { campaignId } });
    else await tx.update(campaigns).set({ finishedAt: new Date() }).where(eq(campaigns.id, campaignId));
  });
}

async function sendTo(
  context: Context,
  address: string,
  campaign: { id: string; template: string; variables: Record<string, unknown> },
) {
  const stats = await statsOfAddress.load(context, address);
  if (stats?.optedOutAt) return { status: "SKIPPED" as const };
  const { id, template, variables } = campaign;
  try {
    await sendEmail(context, { to: [address], template, variables, messageId: `campaign:${id}:${address}` });
    return { status: "SENT" as const };
  } catch (error) {
    // An outage is the job's to repeat; a refusal is this recipient's.
    if (!(error instanceof ClientError) || isOutage(error)) throw error;
    return { status: "FAILED" as const, errorMessage: error.message };
  }
}

function isOutage(error: ClientError): boolean {
  const { failure } = error.details as { failure?: string };
  return error.code === "EMAIL_IN_PROGRESS" || (failure !== undefined && failure !== "REFUSED");
}
