import type { Context } from "../context.ts";
import { ask } from "../dinner/peers.ts";
import type { Sources } from "../schema-types.ts";

export interface Identity {
  email: string | null;
  phone: string | null;
}

export interface TillGuest extends Identity {
  name: string | null;
  visitCount: number;
  lifetimeValue: number;
  favoriteItems: string[];
  lastVisit: string | null;
  preferences: Record<string, unknown> | null;
}

export interface PayingGuest {
  stripeCustomer: { id: string; name: string | null; email: string | null; phone: string | null } | null;
  paymentMethods: Sources["PaymentMethod"][];
  activeSubscriptions: Sources["BillingSubscription"][];
}

export interface PhoneFacts {
  valid: boolean;
  type: "LANDLINE" | "MOBILE" | "VOIP";
}

export interface MailedGuest {
  emailOptIn: boolean | null;
  emailEngagement: Sources["EmailStats"] | null;
}

export async function askTill(context: Context, { email, phone }: Identity): Promise<TillGuest | null> {
  const fields = "email phone name visitCount lifetimeValue favoriteItems lastVisit preferences";
  const keys = [email && { email }, phone && { phone }].filter((key) => key);
  const found = await askEntities<TillGuest>(context, "orders", keys as object[], fields);
  return found.find((guest) => guest !== null) ?? null;
}

export async function askPayments(context: Context, { email }: Identity): Promise<PayingGuest | null> {
  if (email === null) return null;
  const subscription =
    "id status currentPeriodStart currentPeriodEnd items { id priceId productName quantity unitAmount }";
  const fields = `stripeCustomer { id name email phone } activeSubscriptions { ${subscription} }
    paymentMethods { id type isDefault card { brand last4 expMonth expYear country } }`;
  const [guest] = await askEntities<PayingGuest>(context, "payments", [{ email }], fields);
  return guest ?? null;
}

export async function askPhone(context: Context, { phone }: Identity): Promise<PhoneFacts | null> {
  if (phone === null) return null;
  const query = "query ($number: String!) { twilio { lookupPhone(number: $number) { valid type } } }";
  const data = await ask<{ twilio: { lookupPhone: PhoneFacts | null } }>(context, "sms", {
    query,
    variables: { number: phone },
  });
  return data.twilio.lookupPhone;
}

export async function askMails(context: Context, { email }: Identity): Promise<MailedGuest | null> {
  if (email === null) return null;
  const fields =
    "emailOptIn emailEngagement { sent delivered opens clicks bounces complaints lastEvent optIn }";
  const [guest] = await askEntities<MailedGuest>(context, "email", [{ email }], fields);
  return guest ?? null;
}

async function askEntities<T>(
  context: Context,
  peer: string,
  keys: readonly object[],
  fields: string,
): Promise<(T | null)[]> {
  const query = `query ($representations: [_Any!]!) {
    _entities(representations: $representations) { ... on Guest { ${fields} } } }`;
  const representations = keys.map((key) => ({ __typename: "Guest", ...key }));
  const data = await ask<{ _entities: (T | null)[] }>(context, peer, {
    query,
    variables: { representations },
  });
  return data._entities;
}
