import { Kind, type TypeNode } from "graphql";

/** A field's type as all subgraphs together see it. */
export interface ValueShape {
  /** True where any subgraph says so: what one of them may not answer, none answers. */
  nonNull: boolean;
  item?: ValueShape;
  /** One name per subgraph; they differ where one says `Book` and another `Media`. */
  names: string[];
}

export function mergedShape(types: readonly TypeNode[]): ValueShape {
  return types.map(shapeOf).reduce(mergeShapes);
}

/** True where every subgraph lets the whole field be null. */
export function isNullableEverywhere(types: readonly TypeNode[]): boolean {
  return types.every((type) => type.kind !== Kind.NON_NULL_TYPE);
}

function shapeOf(type: TypeNode): ValueShape {
  if (type.kind === Kind.NON_NULL_TYPE) return { ...shapeOf(type.type), nonNull: true };
  if (type.kind === Kind.LIST_TYPE) return { nonNull: false, item: shapeOf(type.type), names: [] };
  return { nonNull: false, names: [type.name.value] };
}

function mergeShapes(left: ValueShape, right: ValueShape): ValueShape {
  const nonNull = left.nonNull || right.nonNull;
  if (left.item && right.item) return { nonNull, item: mergeShapes(left.item, right.item), names: [] };
  return { nonNull, names: [...left.names, ...right.names] };
}
