import { checkAcross } from "./cross-checks.ts";
import { inFileOrder, type Problem } from "./problem.ts";
import { type ExpansionSources, expandTree } from "./read/expand.ts";
import { migrateTree } from "./read/migrate.ts";
import { applyOverrides, devOverrides, environmentOverrides, type Override } from "./read/override.ts";
import { fillRedisUrls } from "./read/redis-urls.ts";
import { readYamlTree } from "./read/yaml-tree.ts";
import { type RootConfig, rootSchema } from "./root-schema.ts";
import { checkTree, type KeyReport, type RefusedKey } from "./schema/check.ts";

export interface LoadInput extends ExpansionSources {
  readonly text: string;
  /** As it appears in messages. */
  readonly fileName: string;
  readonly dev: boolean;
  /** Of the command line: stands in place of `supergraph.listen`. */
  readonly listen?: string;
  /** Whether keys of earlier releases are problems, as in `config validate`, or only warned of. */
  readonly refuseOlderKeys?: boolean;
}

export type LoadedConfig = ValidConfig | InvalidConfig;

export interface ValidConfig {
  readonly kind: "ok";
  readonly config: RootConfig;
  readonly warnings: readonly Problem[];
  /** Empty unless the file asks for something that this engine does not have. */
  readonly refused: readonly RefusedKey[];
  readonly report: readonly KeyReport[];
}

export interface InvalidConfig {
  readonly kind: "invalid";
  /** In the order of the file, never empty. */
  readonly problems: readonly Problem[];
}

const checkedRoot = rootSchema.check(checkAcross);

export function loadConfig(input: LoadInput): LoadedConfig {
  const yaml = readYamlTree(input.text);
  if (yaml.problems.length > 0) {
    return { kind: "invalid", problems: inFileOrder(yaml.problems) };
  }
  const olderKeys = migrateTree(yaml.root);
  const overridden = applyOverrides(yaml.root, overridesFor(input));
  const expanded = expandTree(overridden, input);
  fillRedisUrls(expanded.root, input.environment);
  const checked = checkTree(checkedRoot, expanded.root);
  const problems = [
    ...(input.refuseOlderKeys ? olderKeys : []),
    ...withoutFollowing(checked.problems, expanded.problems),
    ...expanded.problems,
  ];
  if (problems.length > 0) {
    return { kind: "invalid", problems: inFileOrder(problems) };
  }
  return {
    kind: "ok",
    config: freeze(checked.value as RootConfig),
    warnings: inFileOrder(olderKeys),
    refused: inFileOrder(checked.refused),
    report: inFileOrder(checked.keys),
  };
}

function overridesFor({ dev, listen, environment }: LoadInput): Override[] {
  return [
    ...environmentOverrides(environment),
    ...(listen === undefined ? [] : [{ path: ["supergraph", "listen"], value: listen }]),
    ...(dev ? devOverrides : []),
  ];
}

/** A value that could not be expanded is wrong for that reason alone. */
function withoutFollowing(problems: readonly Problem[], causes: readonly Problem[]): Problem[] {
  const paths = new Set(causes.map(({ path }) => path));
  return problems.filter(({ path }) => !paths.has(path));
}

function freeze<Value>(value: Value): Value {
  if (typeof value === "object" && value !== null && !Object.isFrozen(value) && !(value instanceof RegExp)) {
    Object.freeze(value);
    Object.values(value).forEach(freeze);
  }
  return value;
}
