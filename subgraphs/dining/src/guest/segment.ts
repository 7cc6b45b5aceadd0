export type Segment = "NEW" | "OCCASIONAL" | "REGULAR" | "VIP" | "LAPSED";

export interface Habits {
  visitCount: number;
  lifetimeValue: number;
  lastVisit: string | Date | null;
  subscriptions?: number;
}

const vipFrom = 1_000;
const regularFrom = 5;
const occasionalFrom = 2;
const lapsedAfterMs = 90 * 24 * 3_600_000;

/** Who is worth most comes first: a VIP stays one who has not been here for long. */
export function segmentOf({ visitCount, lifetimeValue, lastVisit, subscriptions = 0 }: Habits): Segment {
  if (lifetimeValue >= vipFrom || subscriptions > 0) return "VIP";
  if (lastVisit !== null && Date.now() - new Date(lastVisit).getTime() > lapsedAfterMs) return "LAPSED";
  if (visitCount >= regularFrom) return "REGULAR";
  return visitCount >= occasionalFrom ? "OCCASIONAL" : "NEW";
}
