import type { Caller } from "@mycelium/subgraph-kit";
import type { Context } from "../context.ts";

export interface ClosedOrder {
  id: string;
  toastGuid: string;
  closedAt: string | null;
  items: { name: string; quantity: number; price: number; modifiers: string[] | null }[];
  table: { name: string } | null;
  server: { name: string } | null;
  subtotal: number;
  tax: number;
  tip: number | null;
  total: number;
  guest: { toastId: string; email: string | null; phone: string | null; name: string | null } | null;
}

export interface ChargedPayment {
  id: string;
  amount: number;
  currency: string;
  status: string;
}

/** What the saga asks of other subgraphs: all of it may be asked for twice and happens once. */
export async function closeOrder(
  context: Context,
  order: { id: string; tip: number | null },
): Promise<ClosedOrder> {
  const query = `mutation ($id: ID!, $tip: Float) { closeOrder(id: $id, tip: $tip) {
    id toastGuid closedAt subtotal tax tip total items { name quantity price modifiers }
    table { name } server { name } guest { toastId email phone name } } }`;
  const data = await ask<{ closeOrder: ClosedOrder }>(context, "orders", { query, variables: order });
  return data.closeOrder;
}

export async function releaseOrder(context: Context, id: string): Promise<void> {
  await ask(context, "orders", {
    query: "mutation ($id: ID!) { releaseOrder(id: $id) { id } }",
    variables: { id },
  });
}

export async function recordPayment(context: Context, ids: { id: string; paymentId: string }): Promise<void> {
  const query =
    "mutation ($id: ID!, $paymentId: ID!) { recordOrderPayment(id: $id, paymentId: $paymentId) { id } }";
  await ask(context, "orders", { query, variables: ids });
}

export async function chargeOrder(context: Context, order: ClosedOrder): Promise<ChargedPayment> {
  const query = `mutation ($input: ChargeOrderInput!) {
    chargeOrder(input: $input) { id amount currency status } }`;
  const { id, toastGuid, total, guest } = order;
  const input = { orderId: id, toastGuid, amount: Math.round(total * 100), email: guest?.email };
  const data = await ask<{ chargeOrder: ChargedPayment }>(context, "payments", {
    query,
    variables: { input },
  });
  return data.chargeOrder;
}

export async function sendEmail(
  context: Context,
  input: { to: string[]; template: string; variables: object; messageId: string },
): Promise<string> {
  const query = "mutation ($input: SendEmailInput!) { sendEmail(input: $input) { id } }";
  const data = await ask<{ sendEmail: { id: string } }>(context, "email", { query, variables: { input } });
  return data.sendEmail.id;
}

export async function sendSms(
  context: Context,
  sms: { to: string; message: string; messageId: string },
): Promise<string> {
  const query = `mutation ($to: String!, $message: String!, $messageId: ID) {
    sendSMS(to: $to, message: $message, messageId: $messageId) { sid } }`;
  const data = await ask<{ sendSMS: { sid: string } }>(context, "sms", { query, variables: sms });
  return data.sendSMS.sid;
}

export async function tenantName(context: Context): Promise<string> {
  const data = await ask<{ tenant: { name: string } | null }>(context, "platform", {
    query: "{ tenant { name } }",
  });
  return data.tenant?.name ?? context.caller.tenantId;
}

export function ask<Data>(
  context: Context,
  peer: string,
  question: { query: string; variables?: Readonly<Record<string, unknown>> },
): Promise<Data> {
  const { services, signal } = context;
  return services.peers.ask<Data>(peer, question, { caller: sagaCaller(context.caller), signal });
}

/** The saga acts in its own name, for the tenant of whoever has started it. */
function sagaCaller({ tenantId, requestId }: Caller): Caller {
  return { tenantId, requestId, userId: "system:dining", roles: ["STAFF"], scopes: [] };
}
