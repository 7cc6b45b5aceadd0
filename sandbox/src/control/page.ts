import type { Providers } from "../create-sandbox.ts";

const shownMax = 50;

/** What went out to people and what moved, newest first, for a browser. */
export function renderPage({ all, mailbox, stripe, twilio, toast }: Providers): string {
  const emails = mailbox.emails.newestFirst().slice(0, shownMax);
  const texts = Object.values(twilio.save() as Record<string, { toJSON(): TwilioRow[] }>)
    .flatMap((messages) => messages.toJSON())
    .reverse()
    .slice(0, shownMax);
  const payments = Object.values(
    stripe.save() as Record<string, { paymentIntents: { newestFirst(): PaymentRow[] } }>,
  )
    .flatMap(({ paymentIntents }) => paymentIntents.newestFirst())
    .slice(0, shownMax);
  const orders = Object.values(toast.save() as Record<string, { newestFirst(): OrderRow[] }>)
    .flatMap((collection) => collection.newestFirst())
    .slice(0, shownMax);
  return page(`
<h1>Sandbox</h1>
<p>Stand-ins of ${all.map(({ name }) => name).join(", ")} and a mail server. Nothing here leaves this machine.</p>
${section(
  "E-mails",
  ["to", "subject", "by", "at"],
  emails.map(({ id, to, subject, provider, receivedAt }) => [
    text(to.join(", ")),
    `<a href="/_sandbox/emails/${text(id)}">${text(subject)}</a>`,
    text(provider),
    text(receivedAt),
  ]),
)}
${section(
  "Texts",
  ["to", "text", "status"],
  texts.map(({ shown }) => [text(shown.to), text(shown.body), badge(shown.status)]),
)}
${section(
  "Payments",
  ["payment", "amount", "status"],
  payments.map(({ id, amount, currency, status }) => [
    `<code>${text(id)}</code>`,
    text(`${(amount / 100).toFixed(2)} ${currency.toUpperCase()}`),
    badge(status),
  ]),
)}
${section(
  "Orders",
  ["order", "guest", "total", "state"],
  orders.map(({ guid, checks, closedDate, voided }) => [
    `<code>${text(guid.slice(0, 8))}</code>`,
    text(checks[0]?.customer?.email ?? "—"),
    text((checks[0]?.totalAmount ?? 0).toFixed(2)),
    badge(voided ? "voided" : closedDate === null ? "open" : "closed"),
  ]),
)}`);
}

interface TwilioRow {
  shown: { to: string; body: string; status: string };
}

interface PaymentRow {
  id: string;
  amount: number;
  currency: string;
  status: string;
}

interface OrderRow {
  guid: string;
  closedDate: string | null;
  voided: boolean;
  checks: { customer: { email: string | null } | null; totalAmount: number }[];
}

function section(title: string, columns: readonly string[], rows: readonly (readonly string[])[]): string {
  const head = columns.map((column) => `<th>${column}</th>`).join("");
  const body = rows.map((cells) => `<tr>${cells.map((cell) => `<td>${cell}</td>`).join("")}</tr>`).join("");
  const empty = `<tr><td colspan="${columns.length}" class="empty">none yet</td></tr>`;
  return `<section><h2>${title} <small>${rows.length}</small></h2><table><thead><tr>${head}</tr></thead><tbody>${body || empty}</tbody></table></section>`;
}

const good = new Set(["delivered", "succeeded", "closed", "sent"]);
const bad = new Set(["undelivered", "failed", "canceled", "voided", "requires_payment_method"]);

function badge(state: string): string {
  const kind = good.has(state) ? "good" : bad.has(state) ? "bad" : "";
  return `<span class="badge ${kind}">${text(state.replaceAll("_", " "))}</span>`;
}

function text(value: string): string {
  return Bun.escapeHTML(value);
}

function page(body: string): string {
  return `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<meta http-equiv="refresh" content="5"><title>Sandbox</title><style>
:root { color-scheme: light dark; --line: light-dark(#dfe3e8, #33383f); --soft: light-dark(#6b7480, #98a2ae); }
body { font: 15px/1.5 system-ui, sans-serif; margin: 2rem auto; max-width: 70rem; padding: 0 1rem; }
h1 { margin: 0; } h2 { font-size: 1.05rem; margin: 2rem 0 .5rem; } small, p, .empty, th { color: var(--soft); }
table { border-collapse: collapse; width: 100%; } th { font-weight: 500; text-align: left; }
td, th { border-bottom: 1px solid var(--line); padding: .4rem .8rem .4rem 0; vertical-align: top; }
td { overflow-wrap: anywhere; } code { font-size: .9em; }
.badge { border: 1px solid var(--line); border-radius: 1rem; padding: .05rem .6rem; white-space: nowrap; }
.good { border-color: #2f9e5f; color: light-dark(#1d7a45, #58c98a); } .bad { border-color: #d1495b; color: light-dark(#b3293c, #f2818f); }
</style></head><body>${body}</body></html>`;
}
