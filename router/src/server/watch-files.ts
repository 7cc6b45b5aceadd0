import { existsSync, type FSWatcher, watch } from "node:fs";
import { basename, dirname } from "node:path";
import type { ServeOptions } from "../cli/command-line.ts";

/** Editors and deployments write a file in several steps; one change is reported after they have settled. */
const settleMs = 150;

export interface InputWatch {
  /** Also for a change that came before this call. */
  onChange(changed: () => void): void;
  close(): void;
}

/**
 * With `--hot-reload`, tells when the configuration or the supergraph may have changed. To miss nothing, it
 * begins before they are read for the first time.
 */
export function watchInputs({ hotReload, configPath, supergraphPath }: ServeOptions): InputWatch {
  const paths = hotReload ? [configPath, supergraphPath].filter((path) => path !== undefined) : [];
  let hasChanged = false;
  let report = () => {
    hasChanged = true;
  };
  let timer: ReturnType<typeof setTimeout> | undefined;
  const schedule = () => {
    clearTimeout(timer);
    timer = setTimeout(() => report(), settleMs);
  };
  const watchers = paths.flatMap((path) => watchFile(path, schedule));
  return {
    onChange(changed) {
      report = changed;
      if (hasChanged) changed();
    },
    close() {
      clearTimeout(timer);
      for (const watcher of watchers) watcher.close();
    },
  };
}

/** Watches the folder, since a file that is replaced by a rename is no longer the file that was watched. */
function watchFile(path: string, schedule: () => void): FSWatcher[] {
  const [folder, name] = [dirname(path), basename(path)];
  // Whoever reads the file says what is wrong with it.
  if (!existsSync(folder)) return [];
  const watcher = watch(folder, { persistent: false }, (_event, changedName) => {
    // A symbolic link's target may change without its own name: Kubernetes swaps `..data`.
    if (changedName === null || changedName === name || changedName.startsWith("..")) schedule();
  });
  return [watcher];
}
