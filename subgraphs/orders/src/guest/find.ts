import { defineLoader, inOrderOf } from "@mycelium/subgraph-kit";
import { desc, ilike, inArray, or, sql } from "drizzle-orm";
import type { Context } from "../context.ts";
import { type GuestRow, guests } from "../db/tables.ts";

export const guestById = defineLoader(async (ids: readonly string[], context: Context) => {
  const rows = await context.read((tx) =>
    tx
      .select()
      .from(guests)
      .where(inArray(guests.id, [...ids])),
  );
  return inOrderOf(ids, rows, (row) => row.id, null);
});

export const guestByToastId = defineLoader(async (ids: readonly string[], context: Context) => {
  const rows = await context.read((tx) =>
    tx
      .select()
      .from(guests)
      .where(inArray(guests.toastId, [...ids])),
  );
  return inOrderOf(ids, rows, (row) => row.toastId, null);
});

/** However it is written: the key is its lower case. */
export const guestByEmail = defineLoader(async (emails: readonly string[], context: Context) => {
  const rows = await context.read((tx) =>
    tx
      .select()
      .from(guests)
      .where(inArray(sql`lower(${guests.email})`, [...emails])),
  );
  return inOrderOf(emails, rows, (row) => row.email?.toLowerCase() ?? "", null);
});

/** A phone may be a family's: of several guests the one who came last. */
export const guestByPhone = defineLoader(async (phones: readonly string[], context: Context) => {
  const rows = await context.read((tx) =>
    tx
      .select()
      .from(guests)
      .where(inArray(guests.phone, [...phones]))
      .orderBy(guests.lastVisit),
  );
  return inOrderOf(phones, rows, (row) => row.phone ?? "", null);
});

export interface GuestKey {
  email?: string | null | undefined;
  phone?: string | null | undefined;
  toastId?: string | null | undefined;
}

/** By e-mail first, else by phone. */
export async function findGuest(
  context: Context,
  { email, phone, toastId }: GuestKey,
): Promise<GuestRow | null> {
  if (toastId) return guestByToastId.load(context, toastId);
  const byEmail = email ? await guestByEmail.load(context, email.toLowerCase()) : null;
  return byEmail ?? (phone ? guestByPhone.load(context, phone) : null);
}

const foundMax = 50;

export function searchGuests(context: Context, query: string): Promise<GuestRow[]> {
  const text = query.trim();
  if (text === "") return Promise.resolve([]);
  const pattern = `%${text.replace(/[\\%_]/g, "\\$&")}%`;
  return context.read((tx) =>
    tx
      .select()
      .from(guests)
      .where(or(ilike(guests.name, pattern), ilike(guests.email, pattern), ilike(guests.phone, pattern)))
      .orderBy(desc(guests.lastVisit))
      .limit(foundMax),
  );
}
