/** What Stripe's test payment methods stand for. */
export interface TestCard {
  brand: string;
  last4: string;
  country: string;
  /** What happens when it is charged. */
  behaviour: "succeeds" | "declined" | "insufficient-funds" | "needs-authentication" | "disputed";
}

const visa: TestCard = { brand: "visa", last4: "4242", country: "US", behaviour: "succeeds" };

export const testCards: Readonly<Record<string, TestCard>> = {
  pm_card_visa: visa,
  pm_card_mastercard: { ...visa, brand: "mastercard", last4: "4444" },
  pm_card_amex: { ...visa, brand: "amex", last4: "0005" },
  pm_card_chargeDeclined: { ...visa, last4: "0002", behaviour: "declined" },
  pm_card_chargeDeclinedInsufficientFunds: { ...visa, last4: "9995", behaviour: "insufficient-funds" },
  pm_card_authenticationRequired: { ...visa, last4: "3184", behaviour: "needs-authentication" },
  pm_card_createDispute: { ...visa, last4: "0259", behaviour: "disputed" },
};

/** What a stored card does follows from its last digits, as with Stripe's test numbers. */
export function behaviourOf(last4: string): TestCard["behaviour"] {
  return Object.values(testCards).find((card) => card.last4 === last4)?.behaviour ?? "succeeds";
}
