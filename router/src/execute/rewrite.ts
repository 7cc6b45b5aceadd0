import { isJsonObject, type JsonValue } from "../json.ts";
import type { FetchRewrite } from "../planner/plan.ts";
import type { SupergraphTypes } from "../supergraph/supergraph-types.ts";

/** Type steps name abstract types too: written out, a look at `__typename` is enough. */
export function resolveRewrites(rewrites: readonly FetchRewrite[], types: SupergraphTypes): FetchRewrite[] {
  return rewrites.map((rewrite) => ({
    ...rewrite,
    path: rewrite.path.map((segment) => {
      if (segment.kind === "key") return segment;
      const names = segment.names.flatMap((name) => [name, ...types.possibleTypeNames(name)]);
      return { kind: "type", names: [...new Set(names)] };
    }),
  }));
}

/** Applies what a plan says must change in data before it is sent, or before it is merged. */
export function applyRewrites(data: JsonValue, rewrites: readonly FetchRewrite[]): void {
  for (const rewrite of rewrites) rewriteAt(data, rewrite, 0);
}

function rewriteAt(value: JsonValue | undefined, rewrite: FetchRewrite, index: number): void {
  if (Array.isArray(value)) {
    for (const item of value) rewriteAt(item, rewrite, index);
    return;
  }
  if (!isJsonObject(value)) return;
  const segment = rewrite.path[index];
  if (!segment) return;
  if (segment.kind === "type") {
    const typeName = value.__typename;
    if (typeof typeName !== "string" || segment.names.includes(typeName))
      rewriteAt(value, rewrite, index + 1);
  } else if (index < rewrite.path.length - 1) {
    rewriteAt(value[segment.name], rewrite, index + 1);
  } else if (Object.hasOwn(value, segment.name)) {
    if (rewrite.kind === "setValue") {
      value[segment.name] = rewrite.value;
    } else {
      value[rewrite.name] = value[segment.name]!;
      delete value[segment.name];
    }
  }
}
