import { type Standing, slotsPerWindow, type Take } from "./counter.ts";

/** What was taken in one window, as pairs of a slot and its count, the oldest first. */
export class SlidingWindow {
  private readonly slots: number[] = [];
  private used = 0;

  constructor(private readonly slotMs: number) {}

  /** How it stands, were this taken now. */
  peek({ limit, weight }: Take, nowMs: number): Standing {
    this.forget(nowMs);
    const isOver = this.used + weight > limit;
    const missing = isOver ? this.used + weight - limit : 0;
    return { used: this.used, isOver, returnsInMs: this.returnsAtMs(missing, nowMs) - nowMs };
  }

  add(weight: number, nowMs: number): void {
    const slot = Math.floor(nowMs / this.slotMs);
    const { slots } = this;
    if (slots.length > 0 && slots[slots.length - 2]! >= slot) slots[slots.length - 1]! += weight;
    else slots.push(slot, weight);
    this.used += weight;
  }

  isEmpty(nowMs: number): boolean {
    this.forget(nowMs);
    return this.slots.length === 0;
  }

  private forget(nowMs: number): void {
    const oldest = Math.floor(nowMs / this.slotMs) - slotsPerWindow;
    const { slots } = this;
    let gone = 0;
    while (gone < slots.length && slots[gone]! < oldest) {
      this.used -= slots[gone + 1]!;
      gone += 2;
    }
    if (gone > 0) slots.splice(0, gone);
  }

  /** When so much has come back; the first that comes back, where nothing is missing. */
  private returnsAtMs(missing: number, nowMs: number): number {
    const { slots, slotMs } = this;
    let returned = 0;
    for (let index = 0; index < slots.length; index += 2) {
      returned += slots[index + 1]!;
      if (returned >= missing) return (slots[index]! + slotsPerWindow + 1) * slotMs;
    }
    return nowMs + (slotsPerWindow + 1) * slotMs;
  }
}
