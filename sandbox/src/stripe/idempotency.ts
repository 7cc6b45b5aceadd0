import { StripeError } from "./stripe-error.ts";

interface Kept {
  fingerprint: string;
  keptAtMs: number;
  /** Undefined while the first request is under way. */
  answer: { status: number; body: string } | undefined;
}

const keptMax = 10_000;
/** Stripe forgets keys after at least a day. */
const lifetimeMs = 24 * 3_600_000;

/** A request that comes again with the same key gets the first one's answer. */
export class IdempotencyKeys {
  private readonly kept = new Map<string, Kept>();

  constructor(private readonly now: () => Date) {}

  async run(
    key: { account: string; key: string | undefined; fingerprint: string },
    act: () => Promise<{ status: number; body: string }>,
  ): Promise<{ status: number; body: string; isReplayed: boolean }> {
    if (key.key === undefined) return { ...(await act()), isReplayed: false };
    const id = `${key.account} ${key.key}`;
    const known = this.find(id);
    if (known) return { ...replay(known, key.fingerprint, key.key), isReplayed: true };
    const kept: Kept = { fingerprint: key.fingerprint, keptAtMs: this.now().getTime(), answer: undefined };
    this.kept.set(id, kept);
    if (this.kept.size > keptMax) this.kept.delete(this.kept.keys().next().value!);
    try {
      kept.answer = await act();
    } finally {
      // A key counts once the request was carried out, well or badly, but not where it failed to be looked at.
      if (!kept.answer || kept.answer.status >= 500) this.kept.delete(id);
    }
    return { ...kept.answer, isReplayed: false };
  }

  clear(): void {
    this.kept.clear();
  }

  private find(id: string): Kept | undefined {
    const known = this.kept.get(id);
    if (!known || this.now().getTime() - known.keptAtMs <= lifetimeMs) return known;
    this.kept.delete(id);
    return undefined;
  }
}

function replay({ fingerprint: first, answer }: Kept, fingerprint: string, key: string) {
  if (first !== fingerprint) {
    const message = `Keys for idempotent requests can only be used with the same parameters they were first used with. Try using a key other than '${key}' if you meant to execute a different request.`;
    throw new StripeError(400, { type: "idempotency_error", message });
  }
  if (!answer) {
    const message = "There is currently another in-progress request using this Idempotent Key.";
    throw new StripeError(409, { type: "idempotency_error", code: "idempotency_key_in_use", message });
  }
  return answer;
}
