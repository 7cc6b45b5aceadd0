import { createHmac, timingSafeEqual } from "node:crypto";
import { connectorErrors } from "@mycelium/connectors";
import { sql } from "drizzle-orm";
import { z } from "zod";
import type { Context } from "../context.ts";
import { webhookReceipts } from "../db/tables.ts";
import { importOrder } from "../order/import.ts";
import { readToast, toastShapes } from "../toast/read-toast.ts";
import { readToastTime } from "../toast/toast-client.ts";

const event = z.object({
  timestamp: z.string(),
  eventType: z.string(),
  guid: z.string().min(1).max(200),
  details: z.object({ order: z.unknown() }),
});

const ageMsMax = 15 * 60_000;

export interface ToastEvent {
  body: string;
  signature: string | null;
}

/** A till tells of an order. Believed only when it is signed by the tenant's secret, new, and not known yet. */
export async function takeToastEvent(
  context: Context,
  { body, signature }: ToastEvent,
  now = Date.now(),
): Promise<"taken" | "known"> {
  const credentials = await context.services.credentials.find(context.caller.tenantId, "toast");
  const read = event.safeParse(readJson(body));
  const secret = credentials?.webhookSecret;
  if (
    secret === undefined ||
    !read.success ||
    !isSigned(body, { timestamp: read.data.timestamp, secret, signature })
  ) {
    throw connectorErrors.BAD_SIGNATURE();
  }
  const { timestamp, guid, details } = read.data;
  if (Math.abs(now - readToastTime(timestamp).getTime()) > ageMsMax) throw connectorErrors.BAD_SIGNATURE();
  const order = readToast(toastShapes.order, details.order);
  return context.transact(async (tx) => {
    const { rowCount } = await tx.execute(
      sql`INSERT INTO ${webhookReceipts} (event_id) VALUES (${guid}) ON CONFLICT DO NOTHING`,
    );
    if (!rowCount) return "known";
    await importOrder(tx, context.caller, order);
    return "taken";
  });
}

function isSigned(
  body: string,
  { timestamp, secret, signature }: { timestamp: string; secret: string; signature: string | null },
): boolean {
  const expected = createHmac("sha256", secret).update(`${body}${timestamp}`).digest();
  const given = Buffer.from(signature ?? "", "base64");
  return given.length === expected.length && timingSafeEqual(given, expected);
}

function readJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
