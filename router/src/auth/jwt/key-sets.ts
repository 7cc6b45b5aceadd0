import type { Logger } from "pino";
import type { KeySetSource } from "./fetch-key-set.ts";
import { KeySet } from "./key-set.ts";

/**
 * The key sets of a process. A reload carries them over: a configuration that names a set which is in use begins with
 * its keys, even while nobody can read it anew.
 */
export class KeySets {
  private readonly open = new Map<string, { set: KeySet; users: number }>();

  take(source: KeySetSource, logger: Logger): { set: KeySet; release(): void } {
    const name = JSON.stringify([source.url, source.headers, source.pollIntervalMs]);
    const entry = this.open.get(name) ?? { set: new KeySet(source, logger), users: 0 };
    this.open.set(name, entry);
    entry.users += 1;
    let isHeld = true;
    return {
      set: entry.set,
      release: () => {
        if (!isHeld) return;
        isHeld = false;
        entry.users -= 1;
        if (entry.users > 0) return;
        this.open.delete(name);
        entry.set.close();
      },
    };
  }
}
