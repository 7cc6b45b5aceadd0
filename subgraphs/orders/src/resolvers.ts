import { dateTimeScalar, jsonScalar } from "@mycelium/subgraph-kit";
import type { Context } from "./context.ts";
import type { GuestRow, OrderItemRow, OrderRow } from "./db/tables.ts";
import { findGuest, guestById, searchGuests } from "./guest/find.ts";
import { updateGuestPreferences } from "./guest/update-preferences.ts";
import { fromCents } from "./money.ts";
import { closeOrder } from "./order/close.ts";
import { findOrder, itemsOfOrder, listOrders, orderById, orderByToastGuid } from "./order/find.ts";
import { recordOrderPayment } from "./order/record-payment.ts";
import { releaseOrder } from "./order/release.ts";
import { voidOrder } from "./order/void.ts";
import { listStaff, listTables, readMenu, staffByGuid, tableByGuid } from "./restaurant/read.ts";
import type { Resolvers } from "./schema-types.ts";

interface Rows {
  ToastAPI: object;
  Order: OrderRow;
  Guest: GuestRow;
  OrderItem: OrderItemRow;
}

export const resolvers: Resolvers<Context, Rows> = {
  Query: { toast: () => ({}) },
  Mutation: {
    closeOrder: (_, input, context) => closeOrder(context, input),
    recordOrderPayment: (_, input, context) => recordOrderPayment(context, input),
    releaseOrder: (_, input, context) => releaseOrder(context, input),
    voidOrder: (_, input, context) => voidOrder(context, input),
    updateGuestPreferences: (_, input, context) => updateGuestPreferences(context, input),
  },
  ToastAPI: {
    orders: (_, input, context) => listOrders(context, input),
    order: (_, { id }, context) => findOrder(context, id),
    searchGuests: (_, { query }, context) => searchGuests(context, query),
    guest: async (_, { id }, context) =>
      (await guestById.load(context, id).catch(() => null)) ?? findGuest(context, { toastId: id }),
    tables: (_, __, context) => listTables(context),
    staff: (_, __, context) => listStaff(context),
    menu: (_, __, context) => readMenu(context),
  },
  Order: {
    __resolveReference: ({ id, toastGuid }, context) =>
      id === undefined ? orderByToastGuid.load(context, toastGuid ?? "") : orderById.load(context, id),
    items: ({ id }, _, context) => itemsOfOrder.load(context, id),
    guest: ({ guestId }, _, context) => (guestId === null ? null : guestById.load(context, guestId)),
    table: ({ tableGuid }, _, context) => (tableGuid === null ? null : tableByGuid.load(context, tableGuid)),
    server: ({ serverGuid }, _, context) =>
      serverGuid === null ? null : staffByGuid.load(context, serverGuid),
    subtotal: ({ subtotalCents }) => fromCents(subtotalCents),
    tax: ({ taxCents }) => fromCents(taxCents),
    tip: ({ tipCents }) => (tipCents === null ? null : fromCents(tipCents)),
    total: ({ totalCents }) => fromCents(totalCents),
  },
  OrderItem: { price: ({ priceCents }) => fromCents(priceCents) },
  Guest: {
    __resolveReference: (key, context) => findGuest(context, key),
    lifetimeValue: ({ lifetimeValueCents }) => fromCents(lifetimeValueCents),
  },
  DateTime: dateTimeScalar,
  JSON: jsonScalar,
};
