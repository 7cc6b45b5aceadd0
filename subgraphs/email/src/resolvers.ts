import { dateTimeScalar, jsonScalar } from "@mycelium/subgraph-kit";
import { findCampaign, listCampaigns, progressOfCampaign } from "./campaign/find.ts";
import { startCampaign } from "./campaign/start.ts";
import type { Context } from "./context.ts";
import type { CampaignRow, MessageRow } from "./db/tables.ts";
import { listMessages } from "./message/find.ts";
import { sendEmail } from "./message/send.ts";
import type { Resolvers } from "./schema-types.ts";
import { noStats, type Stats, setOptIn, statsOfAddress } from "./stats/find.ts";
import { compileTemplate } from "./template/compile.ts";
import { type ListedTemplate, listTemplates, saveTemplate } from "./template/save.ts";

interface Rows {
  SmtpAPI: object;
  EmailMessage: MessageRow;
  EmailTemplate: ListedTemplate;
  EmailStats: Stats;
  EmailCampaign: CampaignRow;
  Guest: { email: string | null; stats: Stats | null };
}

export const resolvers: Resolvers<Context, Rows> = {
  Query: { smtp: () => ({}) },
  Mutation: {
    sendEmail: (_, { input }, context) => sendEmail(context, input),
    saveEmailTemplate: (_, { input }, context) => saveTemplate(context, input),
    startEmailCampaign: (_, { input }, context) => startCampaign(context, input),
    setEmailOptIn: (_, input, context) => setOptIn(context, input),
  },
  SmtpAPI: {
    templates: (_, _input, context) => listTemplates(context),
    emailStats: async (_, { email }, context) =>
      (await statsOfAddress.load(context, email.toLowerCase())) ?? noStats,
    messages: (_, input, context) => listMessages(context, input),
    campaign: (_, { id }, context) => findCampaign(context, id),
    campaigns: (_, input, context) => listCampaigns(context, input),
  },
  EmailMessage: {
    to: ({ recipients }) => recipients,
    created: ({ createdAt }) => createdAt,
    sent: ({ sentAt }) => sentAt,
  },
  EmailTemplate: { variables: (template) => compileTemplate(template).variables },
  EmailStats: {
    lastEvent: ({ lastEventAt }) => lastEventAt,
    optIn: ({ optedOutAt }) => optedOutAt === null,
  },
  EmailCampaign: {
    pending: async ({ id }, _, context) => (await progressOfCampaign.load(context, id)).pending,
    sent: async ({ id }, _, context) => (await progressOfCampaign.load(context, id)).sent,
    failed: async ({ id }, _, context) => (await progressOfCampaign.load(context, id)).failed,
    skipped: async ({ id }, _, context) => (await progressOfCampaign.load(context, id)).skipped,
    created: ({ createdAt }) => createdAt,
    finished: ({ finishedAt }) => finishedAt,
  },
  Guest: {
    /** A guest without an e-mail has nulls rather than an error; one who never got any has zeros. */
    __resolveReference: async ({ email }, context) => ({
      email: email ?? null,
      stats: email ? ((await statsOfAddress.load(context, email.toLowerCase())) ?? noStats) : null,
    }),
    emailOptIn: ({ stats }) => stats && stats.optedOutAt === null,
    emailEngagement: ({ stats }) => stats,
  },
  DateTime: dateTimeScalar,
  JSON: jsonScalar,
};
