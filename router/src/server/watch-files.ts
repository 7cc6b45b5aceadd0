import { type FSWatcher, watch } from "node:fs";
import { basename, dirname } from "node:path";
import type { ServeOptions } from "../cli/command-line.ts";

/** Editors and deployments write a file in several steps; one change is reported after they have settled. */
const settleMs = 150;

/** With `--hot-reload`, calls back when the configuration or the supergraph may have changed. */
export function watchInputs(
  { hotReload, configPath, supergraphPath }: ServeOptions,
  changed: () => void,
): () => void {
  const files = [configPath, supergraphPath].filter((path) => path !== undefined);
  return hotReload ? watchFiles(files, changed) : () => {};
}

/** Watches the folders, since a file that is replaced by a rename is no longer the file that was watched. */
function watchFiles(paths: readonly string[], changed: () => void): () => void {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const schedule = () => {
    clearTimeout(timer);
    timer = setTimeout(changed, settleMs);
  };
  const watchers = paths.map((path) => watchFile(path, schedule));
  return () => {
    clearTimeout(timer);
    for (const watcher of watchers) watcher.close();
  };
}

function watchFile(path: string, schedule: () => void): FSWatcher {
  const name = basename(path);
  return watch(dirname(path), { persistent: false }, (_event, changedName) => {
    // A symbolic link's target may change without its own name: Kubernetes swaps `..data`.
    if (changedName === null || changedName === name || changedName.startsWith("..")) schedule();
  });
}
