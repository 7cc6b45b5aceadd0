import { toCents } from "../money.ts";
import type { ToastCheck, ToastOrder } from "../toast/read-toast.ts";
import { readToastTime } from "../toast/toast-client.ts";

export interface ImportedGuest {
  toastId: string;
  email: string | null;
  phone: string | null;
  name: string | null;
}

export interface ImportedItem {
  name: string;
  quantity: number;
  priceCents: number;
  modifiers: string[];
  category: string;
  isAlcohol: boolean;
}

export interface ImportedOrder {
  toastGuid: string;
  checkGuid: string;
  tableGuid: string | null;
  serverGuid: string | null;
  subtotalCents: number;
  taxCents: number;
  tipCents: number | null;
  paymentId: string | null;
  isPaid: boolean;
  isVoided: boolean;
  openedAt: Date;
  closedAt: Date | null;
  modifiedAt: Date;
  guest: ImportedGuest | undefined;
  items: ImportedItem[];
}

/** What a till's order means here. Undefined where it holds nothing yet. */
export function readToastOrder(order: ToastOrder): ImportedOrder | undefined {
  const [first] = order.checks;
  if (!first) return undefined;
  const payments = order.checks.flatMap((check) => check.payments ?? []);
  const tips = payments.filter((payment) => payment.tipAmount != null);
  return {
    toastGuid: order.guid,
    checkGuid: first.guid,
    tableGuid: order.table?.guid ?? null,
    serverGuid: order.server?.guid ?? null,
    subtotalCents: total(order.checks, "amount"),
    taxCents: total(order.checks, "taxAmount"),
    tipCents: tips.length > 0 ? tips.reduce((sum, { tipAmount }) => sum + toCents(tipAmount ?? 0), 0) : null,
    paymentId: payments.find(({ externalId }) => externalId != null)?.externalId ?? null,
    isPaid: order.paidDate != null,
    isVoided: order.voided === true,
    openedAt: readToastTime(order.openedDate),
    closedAt: order.closedDate == null ? null : readToastTime(order.closedDate),
    modifiedAt: readToastTime(order.modifiedDate ?? order.openedDate),
    guest: readGuest(order.checks),
    items: order.checks.flatMap(({ selections }) =>
      selections.filter(({ voided }) => voided !== true).map(readItem),
    ),
  };
}

function total(checks: readonly ToastCheck[], field: "amount" | "taxAmount"): number {
  return checks.reduce((sum, check) => sum + toCents(check[field]), 0);
}

function readGuest(checks: readonly ToastCheck[]): ImportedGuest | undefined {
  const customer = checks.find((check) => check.customer != null)?.customer;
  if (!customer) return undefined;
  const name = [customer.firstName, customer.lastName].filter(Boolean).join(" ");
  return {
    toastId: customer.guid,
    email: customer.email || null,
    phone: customer.phone || null,
    name: name === "" ? null : name,
  };
}

const categories = ["Food", "Wine", "Beverage"];
const alcohol = /wine|beer|liquor|spirit|cocktail|alcohol/i;

function readItem(selection: ToastCheck["selections"][number]): ImportedItem {
  const category = selection.salesCategory?.name ?? "Food";
  return {
    name: selection.displayName ?? "—",
    quantity: Math.max(1, Math.round(selection.quantity)),
    priceCents: toCents(selection.price),
    modifiers: (selection.modifiers ?? []).flatMap(({ displayName }) => (displayName ? [displayName] : [])),
    category: categories.includes(category) ? category : alcohol.test(category) ? "Wine" : "Food",
    isAlcohol: alcohol.test(category),
  };
}
