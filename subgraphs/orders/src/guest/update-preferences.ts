import { authorize, kitErrors, parseInput } from "@mycelium/subgraph-kit";
import { eq, sql } from "drizzle-orm";
import { z } from "zod";
import type { Context } from "../context.ts";
import { type GuestRow, guests } from "../db/tables.ts";
import { guestById } from "./find.ts";

const bytesMax = 10_000;

const preferencesInput = z.object({
  id: z.uuid(),
  preferences: z
    .looseObject({ smsOptIn: z.boolean().optional(), emailOptIn: z.boolean().optional() })
    .refine((value) => JSON.stringify(value).length <= bytesMax, `may have ${bytesMax} characters at most`),
});

/** What is given is added to what is known; a key with null is forgotten. */
export async function updateGuestPreferences(context: Context, input: unknown): Promise<GuestRow> {
  authorize(context, "STAFF");
  const { id, preferences } = parseInput(preferencesInput, input);
  const merged = sql`jsonb_strip_nulls(${guests.preferences} || ${JSON.stringify(preferences)}::jsonb)`;
  const [guest] = await context.transact((tx) =>
    tx
      .update(guests)
      .set({ preferences: merged, updatedAt: sql`now()` })
      .where(eq(guests.id, id))
      .returning(),
  );
  if (!guest) throw kitErrors.NOT_FOUND({ what: "guest" });
  guestById.forget(context, id);
  return guest;
}
