import type { BreakerConfig } from "../config/sections/mycelium/resilience.ts";
import { RollingWindow } from "./rolling-window.ts";

export type CircuitState = "closed" | "half_open" | "open";

/** How a call ended. `none` says nothing of the subgraph, such as that the client went away. */
export type CallOutcome = "success" | "failure" | "none";

export interface CircuitChange {
  from: CircuitState;
  to: CircuitState;
  reason: string;
}

export interface BreakerParts {
  nowMs: () => number;
  random: () => number;
  onChange(change: CircuitChange): void;
}

const counters = { calls: 0, failures: 1, slow: 2 } as const;

/**
 * Closed, it counts how calls end. Open, it refuses them all. After a while it lets a few through to see:
 * half open.
 */
export class CircuitBreaker {
  private currentState: CircuitState = "closed";
  /** Grows with each change. Calls that began before it tell nothing of the time after it. */
  private epoch = 0;
  private opensAgainMs = 0;
  private probesUnderWay = 0;
  private probesSucceeded = 0;
  private readonly window: RollingWindow;

  constructor(
    private readonly config: BreakerConfig,
    private readonly parts: BreakerParts,
  ) {
    const { windowMs } = config;
    this.window = new RollingWindow({ windowMs, counters: 3, nowMs: parts.nowMs });
  }

  get state(): CircuitState {
    return this.currentState;
  }

  /** Whether a call would be refused now. */
  get isRefusing(): boolean {
    if (this.currentState === "open") return this.parts.nowMs() < this.opensAgainMs;
    return this.currentState === "half_open" && !this.hasRoomForProbe;
  }

  /** What to give back to `leave`; `undefined` where the call is refused. */
  tryEnter(): number | undefined {
    if (this.currentState === "closed") return this.epoch;
    if (this.isRefusing) return undefined;
    if (this.currentState === "open") this.change("half_open", "the subgraph is tried again");
    this.probesUnderWay += 1;
    return this.epoch;
  }

  leave(epoch: number, outcome: CallOutcome, durationMs: number): void {
    if (epoch !== this.epoch) return;
    if (this.currentState === "half_open") this.judgeProbe(outcome, this.isSlow(durationMs));
    else if (outcome !== "none") this.count(outcome, this.isSlow(durationMs));
  }

  private get hasRoomForProbe(): boolean {
    return this.probesUnderWay + this.probesSucceeded < this.config.halfOpenProbes;
  }

  private isSlow(durationMs: number): boolean {
    const { slowCallDurationMs } = this.config;
    return slowCallDurationMs !== undefined && durationMs >= slowCallDurationMs;
  }

  private count(outcome: CallOutcome, isSlow: boolean): void {
    const { window, config } = this;
    window.add(counters.calls);
    if (outcome === "failure") window.add(counters.failures);
    if (isSlow) window.add(counters.slow);
    if (outcome !== "failure" && !isSlow) return;
    const calls = window.total(counters.calls);
    if (calls < config.minimumRequests) return;
    const failures = window.total(counters.failures);
    const slow = window.total(counters.slow);
    if (failures / calls >= config.failureRate) this.open(`${failures} of ${calls} calls failed`);
    else if (slow / calls >= config.slowCallRate) this.open(`${slow} of ${calls} calls were slow`);
  }

  private judgeProbe(outcome: CallOutcome, isSlow: boolean): void {
    this.probesUnderWay -= 1;
    if (outcome === "none") return;
    if (outcome === "failure") this.open("a trial call failed");
    else if (isSlow) this.open("a trial call was slow");
    else if (++this.probesSucceeded >= this.config.halfOpenProbes) this.close();
  }

  /** For longer by a random part, so that several routers do not try again all at once. */
  private open(reason: string): void {
    const { openDurationMs, jitter } = this.config;
    const { nowMs, random } = this.parts;
    this.opensAgainMs = nowMs() + openDurationMs * (1 + jitter * random());
    this.change("open", reason);
  }

  private close(): void {
    this.window.clear();
    this.change("closed", `${this.probesSucceeded} trial calls succeeded`);
  }

  private change(to: CircuitState, reason: string): void {
    const from = this.currentState;
    this.currentState = to;
    this.epoch += 1;
    this.probesUnderWay = 0;
    this.probesSucceeded = 0;
    this.parts.onChange({ from, to, reason });
  }
}
