import { type Problem, pathOfIndex, pathOfKey } from "../problem.ts";
import type { ConfigNode, MapNode, ScalarNode } from "./config-node.ts";
import { primitiveOf } from "./primitive.ts";

export interface ExpansionSources {
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** Throws when the file cannot be read; undefined when there is none. */
  readonly readFile: (path: string) => string | undefined;
}

/** Replaces `${env.X}`, `${env.X:-default}`, `${file.path}` and `$$` in every text of the tree. */
export function expandTree(root: MapNode, sources: ExpansionSources): { root: MapNode; problems: Problem[] } {
  const expander = new TreeExpander(sources);
  return { root: expander.expandMap(root, ""), problems: expander.problems };
}

class TreeExpander {
  readonly problems: Problem[] = [];

  constructor(private readonly sources: ExpansionSources) {}

  expandMap(node: MapNode, path: string): MapNode {
    const entries = [...node.entries].map(([key, entry]) => {
      return [key, { ...entry, node: this.expand(entry.node, pathOfKey(path, key)) }] as const;
    });
    return { ...node, entries: new Map(entries) };
  }

  private expand(node: ConfigNode, path: string): ConfigNode {
    switch (node.kind) {
      case "map":
        return this.expandMap(node, path);
      case "list":
        return {
          ...node,
          items: node.items.map((item, index) => this.expand(item, pathOfIndex(path, index))),
        };
      case "scalar":
        return this.expandScalar(node, path);
    }
  }

  private expandScalar(node: ScalarNode, path: string): ScalarNode {
    if (typeof node.value !== "string" || !node.value.includes("$")) {
      return node;
    }
    const expanded = expandText(node.value, (name) => lookUp(name, this.sources));
    if (expanded.kind === "failed") {
      this.problems.push({ position: node.position, path, message: expanded.message });
      return { ...node, value: "", unexpanded: node.value };
    }
    return expanded.text === node.value
      ? node
      : { ...node, value: primitiveOf(expanded.text), unexpanded: node.value };
  }
}

type Lookup = { kind: "found"; text: string } | { kind: "absent" } | { kind: "failed"; message: string };
type Expanded = { kind: "expanded"; text: string } | { kind: "failed"; message: string };

function expandText(text: string, lookUpName: (name: string) => Lookup): Expanded {
  let failure: string | undefined;
  const expanded = text.replaceAll(
    /\$\$|\$\{([^}]*)\}|\$([\p{L}\p{N}_]+)/gu,
    (whole: string, braced: string | undefined, bare: string | undefined) => {
      if (whole === "$$") {
        return "$";
      }
      const { name, fallback } = splitFallback(braced ?? bare ?? "");
      const found = lookUpName(name);
      if (found.kind === "found") {
        return found.text;
      }
      if (found.kind === "failed" && fallback === undefined) {
        failure ??= found.message;
      }
      return fallback ?? whole;
    },
  );
  return failure === undefined ? { kind: "expanded", text: expanded } : { kind: "failed", message: failure };
}

function splitFallback(variable: string): { name: string; fallback: string | undefined } {
  const split = variable.indexOf(":-");
  return split > 0
    ? { name: variable.slice(0, split), fallback: variable.slice(split + 2) }
    : { name: variable, fallback: undefined };
}

/** A variable set to the empty text counts as found, and a file that does not exist leaves its text as it is. */
function lookUp(name: string, sources: ExpansionSources): Lookup {
  const modes = (sources.environment.APOLLO_ROUTER_CONFIG_SUPPORTED_MODES ?? "env,file")
    .split(",")
    .map((mode) => mode.trim());
  if (!modes.some((mode) => name.startsWith(mode)) || !/^(env|file)\./.test(name)) {
    const known = modes.map((mode) => `"${mode}."`).join(" or ");
    return { kind: "failed", message: `cannot expand "${name}": a variable must begin with ${known}` };
  }
  return name.startsWith("env.")
    ? lookUpEnvironment(name.slice("env.".length), sources.environment)
    : lookUpFile(name.slice("file.".length), sources);
}

function lookUpEnvironment(name: string, environment: ExpansionSources["environment"]): Lookup {
  const prefix = environment.APOLLO_ROUTER_CONFIG_ENV_PREFIX;
  const fullName = prefix === undefined ? name : `${prefix}_${name}`;
  const text = environment[fullName];
  return text === undefined
    ? { kind: "failed", message: `the environment variable ${fullName} is not set` }
    : { kind: "found", text };
}

function lookUpFile(path: string, sources: ExpansionSources): Lookup {
  try {
    const text = sources.readFile(path);
    return text === undefined ? { kind: "absent" } : { kind: "found", text };
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    return { kind: "failed", message: `cannot read the file ${path}: ${reason}` };
  }
}
