import { type LoadInput, loadConfig } from "./load.ts";
import { printProblem } from "./problem.ts";
import type { RootConfig } from "./root-schema.ts";
import type { SubgraphShaping } from "./sections/traffic-shaping.ts";

export {
  type InvalidConfig,
  type LoadedConfig,
  type LoadInput,
  loadConfig,
  type ValidConfig,
} from "./load.ts";
export { type Problem, printProblem } from "./problem.ts";

/** What the router runs by: every key with its default, checked and frozen. */
export interface RouterConfig extends RootConfig {}

export function defaultConfig(): RouterConfig {
  return configFromYaml("");
}

/** For tests: throws with the printed problems. */
export function configFromYaml(text: string, input: Partial<LoadInput> = {}): RouterConfig {
  const fileName = input.fileName ?? "router.yaml";
  const loaded = loadConfig({
    environment: {},
    readFile: () => undefined,
    dev: false,
    ...input,
    text,
    fileName,
  });
  if (loaded.kind === "invalid") {
    throw new Error(loaded.problems.map((problem) => printProblem(problem, fileName)).join("\n"));
  }
  return loaded.config;
}

/** How a subgraph is called: its own keys over those for all. */
export function forSubgraph({ trafficShaping }: RouterConfig, name: string): SubgraphShaping {
  return Object.hasOwn(trafficShaping.subgraphs, name)
    ? (trafficShaping.subgraphs[name] ?? trafficShaping.all)
    : trafficShaping.all;
}
