import { and, eq, gt } from "drizzle-orm";
import { html } from "hono/html";
import type { Context } from "../context.ts";
import { receipts } from "../db/tables.ts";
import type { ReceiptContent } from "./content.ts";

/** For the guest's browser alone: kept nowhere, found by no search, framed by nobody, and it tells no other site. */
const headers = {
  "content-type": "text/html; charset=utf-8",
  "cache-control": "private, no-store",
  "x-robots-tag": "noindex",
  "referrer-policy": "no-referrer",
  "content-security-policy": "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'",
};

export async function showReceipt(
  context: Context,
  asked: { paymentId: string; token: string },
): Promise<Response> {
  const [row] = await context.read((tx) =>
    tx
      .select()
      .from(receipts)
      .where(and(eq(receipts.token, asked.token), gt(receipts.expiresAt, new Date()))),
  );
  const found = row?.content.payment.id === asked.paymentId ? row.content : undefined;
  const body = found ? renderReceipt(found) : renderNothing();
  return new Response(String(await body), { status: found ? 200 : 404, headers });
}

function renderNothing() {
  return page(
    "No receipt",
    html`<h1>There is no such receipt</h1><p>The link is wrong, or older than thirty days.</p>`,
  );
}

function renderReceipt({ restaurant, order, payment }: ReceiptContent) {
  const money = (amount: number) =>
    amount.toLocaleString("en-US", { style: "currency", currency: payment.currency });
  const line = (name: string, amount: number | null) =>
    amount === null ? "" : html`<tr><td>${name}</td><td>${money(amount)}</td></tr>`;
  return page(
    `Receipt from ${restaurant.name}`,
    html`<h1>${restaurant.name}</h1>
<p>${order.closedAt ? new Date(order.closedAt).toUTCString() : ""}${order.table ? html`<br>Table ${order.table.name}` : ""}${order.server ? html`<br>Served by ${order.server.name}` : ""}</p>
<table>
${order.items.map(
  ({ name, quantity, price, modifiers }) =>
    html`<tr><td>${quantity} × ${name}${modifiers?.length ? html`<br><small>${modifiers.join(", ")}</small>` : ""}</td><td>${money(price)}</td></tr>`,
)}
</table>
<table class="sums">
${line("Subtotal", order.subtotal)}${line("Tax", order.tax)}${line("Tip", order.tip)}
<tr class="total"><td>Paid by card</td><td>${money(payment.amount / 100)}</td></tr>
</table>
<p><small>${payment.id}</small></p>`,
  );
}

function page(title: string, body: ReturnType<typeof html>) {
  return html`<!DOCTYPE html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width,initial-scale=1"><title>${title}</title>
<style>
body{margin:0;background:#f6f3ee;color:#2b2b2b;font:16px/1.5 Georgia,serif}
main{max-width:420px;margin:32px auto;padding:32px;background:#fff;box-shadow:0 1px 4px #0002}
h1{font-size:24px;margin:0 0 8px}table{width:100%;border-collapse:collapse}td{padding:8px 0;border-bottom:1px solid #e5dfd5;vertical-align:top}
td:last-child{text-align:right;white-space:nowrap}.sums td{border:0;padding:4px 0}.total td{font-weight:bold;border-top:2px solid #2b2b2b;padding-top:8px}small{color:#6b655c}
</style></head><body><main>${body}</main></body></html>`;
}
