/** Who has a turn in each period. */
export interface RoundMember {
  turn(): void;
}

const partsMax = 50;
const partMsMin = 10;

/**
 * Turns that come again and again for as long as there is somebody to have them. One timer serves thousands of members,
 * each at its own time, so that not all turns come at one moment.
 */
export class Rounds {
  private readonly parts: Set<RoundMember>[];
  private timer: ReturnType<typeof setInterval> | undefined;
  private at = 0;
  private size = 0;

  private constructor(private readonly periodMs: number) {
    const count = Math.min(partsMax, Math.max(1, Math.floor(periodMs / partMsMin)));
    this.parts = Array.from({ length: count }, () => new Set());
  }

  /** The one for this period. */
  static every(periodMs: number): Rounds {
    const known = byPeriod.get(periodMs) ?? new Rounds(periodMs);
    byPeriod.set(periodMs, known);
    return known;
  }

  join(member: RoundMember): void {
    this.parts[this.at]!.add(member);
    this.size++;
    this.timer ??= setInterval(() => this.advance(), this.periodMs / this.parts.length);
  }

  leave(member: RoundMember): void {
    if (!this.parts.some((part) => part.delete(member))) return;
    this.size--;
    if (this.size > 0) return;
    clearInterval(this.timer);
    this.timer = undefined;
  }

  private advance(): void {
    this.at = (this.at + 1) % this.parts.length;
    for (const member of this.parts[this.at]!) member.turn();
  }
}

/** As many as the configurations so far have named. */
const byPeriod = new Map<number, Rounds>();
