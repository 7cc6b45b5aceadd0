import { dateTimeScalar, jsonScalar } from "@mycelium/subgraph-kit";
import type { Context } from "./context.ts";
import type { DinnerRow, NotificationRow } from "./db/tables.ts";
import { completeDinner } from "./dinner/complete.ts";
import { errorsOf, findDinner, findNotifications, notificationsOfDinner } from "./dinner/find.ts";
import { segmentOf } from "./guest/segment.ts";
import { type Unified, unifyGuest } from "./guest/unify.ts";
import { pointsOfGuest } from "./loyalty/find.ts";
import { guestKeyOf } from "./loyalty/guest-key.ts";
import type { Resolvers } from "./schema-types.ts";

interface GuestSource {
  email: string | null;
  phone: string | null;
  visitCount?: number;
  lifetimeValue?: number;
  lastVisit?: string | null;
}

interface Rows {
  DinnerServiceResult: DinnerRow;
  NotificationResult: NotificationRow;
  Guest: GuestSource;
  UnifiedGuest: Unified;
}

export const resolvers: Resolvers<Context, Rows> = {
  Query: {
    unifiedGuest: (_, input, context) => unifyGuest(context, input),
    dinner: (_, { orderId }, context) => findDinner(context, orderId),
  },
  Mutation: {
    async completeDinnerService(_, input, context) {
      const dinner = await completeDinner(context, input);
      await findNotifications(context, dinner.id);
      return dinner;
    },
  },
  DinnerServiceResult: {
    // A dinner that was not charged shows neither, whatever was tried.
    order: ({ orderId, payment }) => payment && { id: orderId },
    payment: ({ payment }) => payment && { id: payment.id },
    notifications: ({ id }, _, context) => notificationsOfDinner.load(context, id),
    loyaltyPointsEarned: ({ points }) => points ?? 0,
    success: async (dinner, _, context) =>
      dinner.state === "DONE" && (await errorsOf(context, dinner)).length === 0,
    errors: (dinner, _, context) => errorsOf(context, dinner),
  },
  NotificationResult: { messageId: ({ providerId }) => providerId },
  Guest: {
    // What is required of a guest comes with the reference.
    __resolveReference: ({ email, phone, ...required }) => ({
      ...{ email: email ?? null, phone: phone ?? null },
      ...(required as object),
    }),
    loyaltyPoints: (guest, _, context) => pointsOfGuest.load(context, guestKeyOf(guest)),
    segment: ({ visitCount = 0, lifetimeValue = 0, lastVisit = null }) =>
      segmentOf({ visitCount, lifetimeValue, lastVisit }),
  },
  UnifiedGuest: {
    visitCount: ({ till }) => till?.visitCount ?? 0,
    lifetimeValue: ({ till }) => till?.lifetimeValue ?? 0,
    favoriteItems: ({ till }) => till?.favoriteItems ?? [],
    lastVisit: ({ till }) => till?.lastVisit ?? null,
    name: ({ name }) => orThrow(name),
    stripeCustomerId: ({ stripeCustomerId }) => orThrow(stripeCustomerId),
    paymentMethods: ({ paying }) => paying?.paymentMethods ?? [],
    subscriptions: ({ paying }) => paying?.activeSubscriptions ?? [],
    phoneVerified: ({ phoneFacts }) => !(phoneFacts instanceof Error) && phoneFacts?.valid === true,
    phoneType: ({ phoneFacts }) => orThrow(phoneFacts)?.type ?? null,
    smsOptIn: ({ till }) => till?.preferences?.smsOptIn === true,
    emailOptIn: ({ till, mailed }) =>
      till?.preferences?.emailOptIn === true && !(mailed instanceof Error) && mailed?.emailOptIn !== false,
    emailEngagement: ({ mailed }) => orThrow(mailed)?.emailEngagement ?? null,
    loyaltyPoints: ({ guestKey }, _, context) => pointsOfGuest.load(context, guestKey),
    preferences: ({ till, paying }) => ({
      ...till?.preferences,
      ...(paying && { wineClub: paying.activeSubscriptions.length > 0 }),
    }),
  },
  DateTime: dateTimeScalar,
  JSON: jsonScalar,
};

/** One field for each source says that the source has not answered; the others give what there is. */
function orThrow<T>(answer: T | Error): T {
  if (answer instanceof Error) throw answer;
  return answer;
}
