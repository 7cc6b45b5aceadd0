import { ProviderError } from "@mycelium/outbound";
import { authorize, defineLoader, inOrderOf, parseInput } from "@mycelium/subgraph-kit";
import { inArray } from "drizzle-orm";
import { z } from "zod";
import type { Context } from "../context.ts";
import { type PhoneRow, phones } from "../db/tables.ts";
import { smsErrors } from "../errors.ts";
import { phoneNumber } from "./number.ts";

const freshMs = 30 * 24 * 3_600_000;

export const phoneByNumber = defineLoader(async (numbers: readonly string[], context: Context) => {
  const rows = await context.read((tx) =>
    tx
      .select()
      .from(phones)
      .where(inArray(phones.number, [...numbers])),
  );
  return inOrderOf(numbers, rows, (row) => row.number, null);
});

const lookUpInput = z.object({ number: phoneNumber });

/** Asks the provider, which costs money, unless it was asked in the last thirty days. */
export async function lookUpPhone(context: Context, input: unknown): Promise<PhoneRow> {
  authorize(context, "STAFF");
  const { number } = parseInput(lookUpInput, input);
  const known = await phoneByNumber.load(context, number);
  if (known?.lookedUpAt && Date.now() - known.lookedUpAt.getTime() < freshMs) return known;
  const found = await context.services.twilio.lookUp(context, number).catch((error) => {
    throw error instanceof ProviderError ? smsErrors.LOOKUP_FAILED({ reason: error.message }) : error;
  });
  const { isValid, nationalFormat, carrier, type } = found;
  const facts = { isValid, nationalFormat, carrier, type, lookedUpAt: new Date() };
  const [row] = await context.transact((tx) =>
    tx
      .insert(phones)
      .values({ number, ...facts })
      .onConflictDoUpdate({ target: [phones.tenantId, phones.number], set: facts })
      .returning(),
  );
  phoneByNumber.forget(context, number);
  if (!row) throw new Error("a phone was stored and not given back");
  return row;
}
