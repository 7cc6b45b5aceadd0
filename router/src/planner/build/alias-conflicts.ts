import type { SchemaView } from "../graph/schema-view.ts";
import type { FetchRewrite, RewritePathSegment } from "../plan.ts";
import type { SelectionTree, TreeField } from "./selection-tree.ts";
import { unfoldWhole } from "./unfold-wholes.ts";

/**
 * Fields of different object types may share a response key in the supergraph and yet differ in type in one
 * subgraph, which would refuse the operation. The later ones get an alias, and the answer is renamed back.
 */
export function aliasConflicts(view: SchemaView, trees: readonly SelectionTree[]): FetchRewrite[] {
  const rewrites: FetchRewrite[] = [];
  aliasWithin(view, trees, [], rewrites);
  return rewrites;
}

function aliasWithin(
  view: SchemaView,
  trees: readonly SelectionTree[],
  path: readonly RewritePathSegment[],
  rewrites: FetchRewrite[],
): void {
  const canConflict =
    trees.length > 1 || trees.some((tree) => tree.fields.size > 0 || tree.fragments.size > 0);
  if (!canConflict) return;
  if (trees.length === 1 && isPlain(trees[0]!)) {
    for (const { outputKey, child } of trees[0]!.fields.values())
      if (child !== undefined)
        aliasWithin(view, [child], [...path, { kind: "key", name: outputKey }], rewrites);
    return;
  }
  if (trees.length > 1) {
    for (const tree of trees) for (const whole of tree.wholes.splice(0)) unfoldWhole(view, tree, whole);
  }
  const byKey = new Map<string, TreeField[]>();
  for (const tree of trees) collect(tree, byKey);
  for (const [key, fields] of byKey) {
    for (const [index, alike] of groupByShape(view, fields).entries()) {
      const outputKey = index === 0 ? key : `${key}__alias_${index - 1}`;
      const children = alike.flatMap(({ child }) => (child === undefined ? [] : [child]));
      if (children.length > 0) {
        aliasWithin(view, [...new Set(children)], [...path, { kind: "key", name: outputKey }], rewrites);
      }
      if (index === 0) continue;
      for (const field of alike) field.outputKey = outputKey;
      rewrites.push({ kind: "renameKey", path: [...path, { kind: "key", name: outputKey }], name: key });
    }
  }
}

/** Each of its response keys stands for one field. */
function isPlain(tree: SelectionTree): boolean {
  if (tree.fragments.size > 0) return false;
  for (const { conditions } of tree.fields.values()) if (conditions.length > 0) return false;
  return true;
}

function collect(tree: SelectionTree, into: Map<string, TreeField[]>): void {
  for (const field of tree.fields.values()) {
    const known = into.get(field.outputKey);
    if (known === undefined) into.set(field.outputKey, [field]);
    else known.push(field);
  }
  for (const fragment of tree.fragments.values()) collect(fragment, into);
}

function groupByShape(view: SchemaView, fields: readonly TreeField[]): readonly (readonly TreeField[])[] {
  if (fields.length === 1) return [fields];
  const groups = new Map<string, TreeField[]>();
  for (const field of fields) {
    const { typeText, namedType } = field;
    const isLeaf = view.model.types.get(namedType)?.kind === "leaf" || !view.model.types.has(namedType);
    const shape = isLeaf ? typeText : typeText.replace(namedType, "{}");
    const known = groups.get(shape);
    if (known === undefined) groups.set(shape, [field]);
    else known.push(field);
  }
  return [...groups.values()];
}
