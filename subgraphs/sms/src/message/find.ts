import { defineLoader, groupedBy, parseInput } from "@mycelium/subgraph-kit";
import { and, desc, eq, isNotNull, sql } from "drizzle-orm";
import { z } from "zod";
import type { Context } from "../context.ts";
import { type MessageRow, messages } from "../db/tables.ts";
import { normalizeNumber } from "../phone/number.ts";

const limit = z.int().min(1).max(200).nullish();
const listInput = z.object({ to: z.string().max(40).nullish(), from: z.string().max(40).nullish(), limit });

export function listMessages(context: Context, input: unknown): Promise<MessageRow[]> {
  const { to, from, limit: wanted } = parseInput(listInput, input);
  return context.read((tx) =>
    tx
      .select()
      .from(messages)
      .where(
        and(
          isNotNull(messages.providerId),
          to ? eq(messages.to, normalizeNumber(to)) : undefined,
          from ? eq(messages.from, from) : undefined,
        ),
      )
      .orderBy(desc(messages.createdAt))
      .limit(wanted ?? 20),
  );
}

export async function findMessage(context: Context, sid: string): Promise<MessageRow | null> {
  const [row] = await context.read((tx) => tx.select().from(messages).where(eq(messages.providerId, sid)));
  return row ?? null;
}

const historyInput = z.object({ limit: z.int().min(1).max(100).nullish() });

export function historyOf(context: Context, phone: string, input: unknown): Promise<MessageRow[]> {
  const { limit: wanted } = parseInput(historyInput, input);
  return newestByPhone.load(context, `${wanted ?? 10} ${phone}`);
}

/** By how many of whom, as `10 +15551234567`: the newest messages of each guest, in one statement for each number. */
const newestByPhone = defineLoader(async (keys: readonly string[], context: Context) => {
  const asked = keys.map((key) => {
    const [count = "", phone = ""] = key.split(" ");
    return { key, count: Number(count), phone };
  });
  const counts = [...new Set(asked.map(({ count }) => count))];
  const found = await Promise.all(
    counts.map(async (count) => {
      const phones = asked.filter((one) => one.count === count).map(({ phone }) => phone);
      const rows = await newest(context, phones, count);
      return rows.map((row) => ({ key: `${count} ${row.to}`, row }));
    }),
  );
  return groupedBy(keys, found.flat(), ({ key }) => key).map((group) => group.map(({ row }) => row));
});

function newest(context: Context, phones: readonly string[], count: number): Promise<MessageRow[]> {
  const ranked = sql`(SELECT id FROM messages latest WHERE latest.to_number = asked.number
    AND latest.provider_id IS NOT NULL ORDER BY latest.created_at DESC LIMIT ${count})`;
  return context.read((tx) =>
    tx
      .select()
      .from(messages)
      .where(
        sql`${messages.id} IN (SELECT latest.id FROM unnest(${sql.param([...phones])}::text[]) AS asked(number)
          CROSS JOIN LATERAL ${ranked} latest)`,
      )
      .orderBy(desc(messages.createdAt)),
  );
}
