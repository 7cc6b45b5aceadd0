export { developmentContextSecrets } from "./context-verifier.ts";
export {
  type Environment,
  type Host,
  type HostedSubgraph,
  type HostOptions,
  type HostParts,
  openHost,
} from "./host.ts";
export { type RunOptions, runAlone } from "./run-alone.ts";
