import { parseInput } from "@mycelium/subgraph-kit";
import { arrayContains, desc } from "drizzle-orm";
import { z } from "zod";
import type { Context } from "../context.ts";
import { type MessageRow, messages } from "../db/tables.ts";

const listInput = z.object({ to: z.string().max(320).nullish(), limit: z.int().min(1).max(200).nullish() });

export function listMessages(context: Context, input: unknown): Promise<MessageRow[]> {
  const { to, limit } = parseInput(listInput, input);
  return context.read((tx) =>
    tx
      .select()
      .from(messages)
      .where(to ? arrayContains(messages.recipients, [to.toLowerCase()]) : undefined)
      .orderBy(desc(messages.createdAt))
      .limit(limit ?? 20),
  );
}
