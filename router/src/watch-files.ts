import { existsSync, type FSWatcher, watch } from "node:fs";
import { basename, dirname } from "node:path";

/** Editors and deployments write a file in several steps; one change is reported after they have settled. */
const settleMs = 150;

/** Calls back after any of the files has changed. The function returned ends that. */
export function watchFiles(paths: readonly string[], changed: () => void): () => void {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const schedule = () => {
    clearTimeout(timer);
    timer = setTimeout(changed, settleMs);
  };
  const watchers = paths.flatMap((path) => watchFile(path, schedule));
  return () => {
    clearTimeout(timer);
    for (const watcher of watchers) watcher.close();
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
