import { authorize, parseInput } from "@mycelium/subgraph-kit";
import { z } from "zod";
import type { Context } from "../context.ts";
import { diningErrors } from "../errors.ts";
import { guestKeyOf } from "../loyalty/guest-key.ts";
import { type Segment, segmentOf } from "./segment.ts";
import {
  askMails,
  askPayments,
  askPhone,
  askTill,
  type MailedGuest,
  type PayingGuest,
  type PhoneFacts,
  type TillGuest,
} from "./sources.ts";

export interface Unified {
  email: string | null;
  phone: string | null;
  till: TillGuest | null;
  paying: PayingGuest | null;
  /** An Error stands where a source has not answered: the field that it is about says so. */
  phoneFacts: PhoneFacts | null | Error;
  mailed: MailedGuest | null | Error;
  stripeCustomerId: string | null | Error;
  name: string | null | Error;
  segment: Segment;
  guestKey: string;
  missing: string[];
}

const unifyInput = z
  .object({ email: z.email().max(320).nullish(), phone: z.string().min(3).max(40).nullish() })
  .refine(({ email, phone }) => email || phone, "email or phone is needed");

/** All sources at once, so that it takes as long as the slowest; what fails is missing and takes nothing with it. */
export async function unifyGuest(context: Context, input: unknown): Promise<Unified | null> {
  authorize(context, "STAFF");
  const { email = null, phone = null } = parseInput(unifyInput, input);
  const identity = { email, phone };
  const [till, paying, phoneFacts, mailed] = await Promise.all([
    settle(askTill(context, identity)),
    settle(askPayments(context, identity)),
    settle(askPhone(context, identity)),
    settle(askMails(context, identity)),
  ]);
  const sources = { orders: till, payments: paying, sms: phoneFacts, email: mailed };
  const missing = Object.entries(sources).flatMap(([name, answer]) => (answer instanceof Error ? name : []));
  const guest = answered(till);
  const customer = answered(paying)?.stripeCustomer ?? null;
  if (!guest && !customer && missing.length === 0) return null;
  const known = {
    email: email ?? guest?.email ?? customer?.email ?? null,
    phone: phone ?? guest?.phone ?? null,
  };
  return {
    ...known,
    ...{ till: guest, paying: answered(paying), phoneFacts, mailed, missing },
    stripeCustomerId: paying instanceof Error ? paying : (customer?.id ?? null),
    name: till instanceof Error ? till : (guest?.name ?? customer?.name ?? null),
    segment: segmentOf({
      visitCount: guest?.visitCount ?? 0,
      lifetimeValue: guest?.lifetimeValue ?? 0,
      lastVisit: guest?.lastVisit ?? null,
      subscriptions: answered(paying)?.activeSubscriptions.length ?? 0,
    }),
    guestKey: guestKeyOf(known),
  };
}

async function settle<T>(answer: Promise<T>): Promise<T | Error> {
  return answer.catch((error: Error) => diningErrors.SOURCE_UNAVAILABLE({ reason: error.message }));
}

function answered<T>(answer: T | Error): T | null {
  return answer instanceof Error ? null : answer;
}
