import type { RouterConfig } from "../config/router-config.ts";

/** Shorter periods would leave no time between reloads; longer ones do not fit into a timer. */
const periodMsMin = 100;
const periodMsMax = 2_147_483_647;

/** `experimental_chaos`: reloads again and again, for whoever wants to see what that does to requests. */
export class ForcedReloads {
  private timers: Timer[] = [];
  private followed: RouterConfig["experimentalChaos"] | undefined;

  constructor(private readonly reload: () => void) {}

  /** Begins anew only where the periods have changed: reloads must not put themselves off. */
  follow({ experimentalChaos }: RouterConfig): void {
    if (Bun.deepEquals(experimentalChaos, this.followed)) return;
    this.stop();
    this.followed = experimentalChaos;
    const { forceSchemaReloadMs, forceConfigReloadMs } = experimentalChaos;
    for (const periodMs of [forceSchemaReloadMs, forceConfigReloadMs]) {
      if (periodMs === undefined) continue;
      this.timers.push(setInterval(this.reload, Math.min(Math.max(periodMs, periodMsMin), periodMsMax)));
    }
  }

  stop(): void {
    for (const timer of this.timers.splice(0)) clearInterval(timer);
  }
}
