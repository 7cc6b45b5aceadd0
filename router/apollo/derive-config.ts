import { type Document, isMap, isScalar, parseDocument } from "yaml";

export interface LeftOut {
  /** As a person would write it: `limits.router.max_depth`. */
  readonly key: string;
  readonly why: string;
}

export interface DerivedConfig {
  readonly text: string;
  readonly leftOut: readonly LeftOut[];
}

interface LicensedKey {
  readonly path: readonly string[];
  /** Only this value needs a licence; any does where left out. */
  readonly switchedOnBy?: string;
}

/** What Apollo Router 2.17 does not start with unless it has a GraphOS licence. */
const licensedKeys: readonly LicensedKey[] = [
  { path: ["apq", "router", "cache", "redis"] },
  { path: ["authentication", "router"] },
  { path: ["authorization", "directives"] },
  { path: ["batching"] },
  { path: ["preview_entity_cache"], switchedOnBy: "enabled" },
  { path: ["response_cache"], switchedOnBy: "enabled" },
  { path: ["persisted_queries"] },
  { path: ["subscription"], switchedOnBy: "enabled" },
  { path: ["coprocessor"] },
  { path: ["supergraph", "query_planning", "cache", "redis"] },
  { path: ["demand_control"] },
  { path: ["limits", "router", "max_depth"] },
  { path: ["limits", "router", "max_height"] },
  { path: ["limits", "router", "max_root_fields"] },
  { path: ["limits", "router", "max_aliases"] },
];

const ownPlugin = /^mycelium\./;

/** The same file for Apollo Router: comments and `${…}` stay, what only this engine has goes and is named. */
export function deriveConfig(text: string): DerivedConfig {
  const document = parseDocument(text);
  const [problem] = document.errors;
  if (problem) throw new Error(problem.message);
  const leftOut = [...leaveOutOwnPlugins(document), ...leaveOutLicensed(document)];
  return { text: document.toString(), leftOut };
}

function leaveOutOwnPlugins(document: Document): LeftOut[] {
  const plugins = document.get("plugins");
  if (!isMap(plugins)) return [];
  const names = plugins.items.map(({ key }) => String(isScalar(key) ? key.value : key));
  const ours = names.filter((name) => ownPlugin.test(name));
  for (const name of ours) leaveOut(document, ["plugins", name]);
  return ours.map((name) => ({ key: `plugins.${name}`, why: "Mycelium's own" }));
}

function leaveOutLicensed(document: Document): LeftOut[] {
  const used = licensedKeys.filter(({ path, switchedOnBy }) =>
    switchedOnBy ? isSwitchedOn(document, [...path, switchedOnBy]) : document.hasIn(path),
  );
  for (const { path } of used) leaveOut(document, path);
  return used.map(({ path }) => ({ key: path.join("."), why: "needs a GraphOS licence there" }));
}

/** A value that an environment variable decides may be true: it counts as true. */
function isSwitchedOn(document: Document, path: readonly string[]): boolean {
  const value = document.getIn(path);
  return value !== undefined && value !== false && value !== "false";
}

/** Maps that are empty without it go as well, since Apollo Router takes no section without a value. */
function leaveOut(document: Document, path: readonly string[]): void {
  document.deleteIn(path);
  const above = path.slice(0, -1);
  const parent = above.length > 0 ? document.getIn(above) : undefined;
  if (isMap(parent) && parent.items.length === 0) leaveOut(document, above);
}
