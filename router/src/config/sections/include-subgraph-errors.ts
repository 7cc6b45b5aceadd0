import { list, map, object, section, union } from "../schema/compound.ts";
import { boolean, text } from "../schema/scalar.ts";
import type { Infer } from "../schema/schema.ts";

/** What a client may see of the errors of a subgraph. */
export type ErrorExposure =
  | { readonly kind: "hidden" }
  | { readonly kind: "shown"; readonly redactMessage: boolean; readonly extensions: ExtensionFilter };

export type ExtensionFilter =
  | { readonly kind: "all" }
  | { readonly kind: "only"; readonly keys: ReadonlySet<string> }
  | { readonly kind: "without"; readonly keys: ReadonlySet<string> };

const keyList = list(text());

const forAll = union(
  boolean(),
  object({ redact_message: boolean(), allow_extensions_keys: keyList }),
  object({ redact_message: boolean(), deny_extensions_keys: keyList }),
);

const overrides = { redact_message: boolean().optional(), exclude_global_keys: keyList.default([]) };

const forOne = union(
  boolean(),
  object({ ...overrides, allow_extensions_keys: keyList }),
  object({ ...overrides, deny_extensions_keys: keyList }),
  object(overrides),
);

export const includeSubgraphErrorsSection = section({
  all: forAll.default(false).describe("For subgraphs that are not named below."),
  subgraphs: map(forOne).default({}),
}).to(({ all, subgraphs }) => {
  const fallback = exposureForAll(all);
  return {
    all: fallback,
    subgraphs: Object.fromEntries(
      Object.entries(subgraphs).map(([name, keys]) => [name, exposureForOne(keys, fallback)]),
    ),
  };
});

export type IncludeSubgraphErrorsConfig = Infer<typeof includeSubgraphErrorsSection>;

const everything: ErrorExposure = { kind: "shown", redactMessage: false, extensions: { kind: "all" } };

function exposureForAll(keys: Infer<typeof forAll>): ErrorExposure {
  if (typeof keys === "boolean") {
    return keys ? everything : { kind: "hidden" };
  }
  const extensions: ExtensionFilter =
    "allowExtensionsKeys" in keys
      ? { kind: "only", keys: new Set(keys.allowExtensionsKeys) }
      : { kind: "without", keys: new Set(keys.denyExtensionsKeys) };
  return { kind: "shown", redactMessage: keys.redactMessage, extensions };
}

function exposureForOne(keys: Infer<typeof forOne>, all: ErrorExposure): ErrorExposure {
  if (typeof keys === "boolean") {
    return keys ? everything : { kind: "hidden" };
  }
  const redactMessage = keys.redactMessage ?? (all.kind === "shown" && all.redactMessage);
  const inherited = all.kind === "shown" ? all.extensions : ({ kind: "all" } as const);
  const kept = (kind: "only" | "without") =>
    inherited.kind === kind ? [...inherited.keys].filter((key) => !keys.excludeGlobalKeys.includes(key)) : [];
  if ("allowExtensionsKeys" in keys) {
    const only = new Set([...kept("only"), ...keys.allowExtensionsKeys]);
    return { kind: "shown", redactMessage, extensions: { kind: "only", keys: only } };
  }
  if ("denyExtensionsKeys" in keys) {
    const without = new Set([...kept("without"), ...keys.denyExtensionsKeys]);
    return { kind: "shown", redactMessage, extensions: { kind: "without", keys: without } };
  }
  const extensions: ExtensionFilter =
    inherited.kind === "all" ? inherited : { kind: inherited.kind, keys: new Set(kept(inherited.kind)) };
  return { kind: "shown", redactMessage, extensions };
}
