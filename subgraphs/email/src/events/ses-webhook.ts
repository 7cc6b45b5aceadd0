import { connectorErrors } from "@mycelium/connectors";
import { z } from "zod";
import type { Context } from "../context.ts";
import { type EventKind, type ProviderEvent, takeProviderEvents } from "./provider-event.ts";

const recipientsMax = 100;

const recipients = z.array(z.looseObject({ emailAddress: z.string().max(320) })).max(recipientsMax);
const happened = z.looseObject({ timestamp: z.iso.datetime() });

/** What SES publishes of an e-mail, as far as it matters here. */
const told = z.looseObject({
  eventType: z.string().max(50),
  mail: z.looseObject({
    messageId: z.string().min(1).max(200),
    timestamp: z.iso.datetime(),
    destination: z.array(z.string().max(320)).max(recipientsMax),
    tags: z.record(z.string(), z.array(z.string())).optional(),
  }),
  delivery: happened.optional(),
  open: happened.optional(),
  click: happened.optional(),
  bounce: happened.extend({ bounceType: z.string(), bouncedRecipients: recipients }).optional(),
  complaint: happened.extend({ complainedRecipients: recipients }).optional(),
  reject: z.looseObject({ reason: z.string().optional() }).optional(),
});

type Told = z.infer<typeof told>;

const kinds: ReadonlyMap<string, EventKind> = new Map([
  ["Send", "sent"],
  ["Delivery", "delivered"],
  ["Open", "opened"],
  ["Click", "clicked"],
  ["Bounce", "bounced"],
  ["Reject", "dropped"],
  ["Complaint", "complained"],
  ["Subscription", "unsubscribed"],
]);

/** SES tells what became of e-mails, by a topic of the tenant's. Believed when Amazon has signed it for that topic. */
export async function takeSesEvents(context: Context, body: string): Promise<"taken" | "known"> {
  const { credentials, snsMessages } = context.services;
  const found = await credentials.find(context.caller.tenantId, "email");
  const topicArn = found?.provider === "ses" ? found.eventTopicArn : undefined;
  if (topicArn === undefined) throw connectorErrors.BAD_SIGNATURE();
  const message = await snsMessages.read(body, topicArn);
  if (message.Type === "SubscriptionConfirmation") {
    await snsMessages.confirm(message);
    return "taken";
  }
  if (message.Type !== "Notification") return "known";
  const event = told.safeParse(JSON.parse(message.Message));
  // SES says hello to a new destination in words of its own.
  if (!event.success) return "known";
  return takeProviderEvents(context, readEvents(event.data, message.MessageId));
}

function readEvents(event: Told, id: string): ProviderEvent[] {
  const { mail, bounce, complaint } = event;
  const concerned =
    bounce?.bouncedRecipients.map(({ emailAddress }) => emailAddress) ??
    complaint?.complainedRecipients.map(({ emailAddress }) => emailAddress) ??
    mail.destination;
  const at = event.delivery ?? event.open ?? event.click ?? bounce ?? complaint ?? mail;
  return concerned.map((address) => ({
    id: `${id} ${address}`,
    kind: kindOf(event),
    address: address.toLowerCase(),
    at: new Date(at.timestamp),
    provider: "ses",
    messageId: z.guid().safeParse(mail.tags?.message?.[0]).data,
    providerId: mail.messageId,
    reason: reasonOf(event, address),
  }));
}

/** A mailbox that is full is no end: the address stays. */
function kindOf({ eventType, bounce }: Told): EventKind {
  if (bounce && bounce.bounceType !== "Permanent") return "dropped";
  return kinds.get(eventType) ?? "other";
}

function reasonOf({ bounce, reject }: Told, address: string): string | undefined {
  const code = bounce?.bouncedRecipients.find(({ emailAddress }) => emailAddress === address)?.diagnosticCode;
  return code === undefined ? reject?.reason : String(code).slice(0, 500);
}
