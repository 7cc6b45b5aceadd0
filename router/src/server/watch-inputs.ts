import type { ServeOptions } from "../cli/command-line.ts";
import { watchFiles } from "../watch-files.ts";

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
  return {
    close: watchFiles(paths, () => report()),
    onChange(changed) {
      report = changed;
      if (hasChanged) changed();
    },
  };
}
