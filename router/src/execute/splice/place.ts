import type { GraphQLOutputType } from "graphql";
import type { PathSegment } from "../../planner/plan.ts";
import type { Shape, ShapeField } from "./shape.ts";

/** A shape that some fetch answers with. */
export interface Origin {
  fetchId: number;
  shape: Shape;
}

/** Where a field of an object at some place is found. */
export interface Supplier extends Origin {
  /** The property that holds what the fetch said; empty for the object itself. */
  slot: string;
  field: ShapeField;
}

/**
 * A place of the answer: an object as the fetch answered it that found it first, and what other fetches have hung
 * on it. Each field comes from exactly one of them, or the plan is not for splicing.
 */
export class Place {
  private readonly hung: (Origin & { slot: string })[] = [];
  private readonly below = new Map<string, Place>();

  constructor(
    readonly typeName: string,
    private readonly own: Origin | undefined,
  ) {}

  hang(slot: string, origin: Origin): void {
    this.hung.push({ slot, ...origin });
    this.own?.shape.slots.add(slot);
  }

  get slots(): string[] {
    return this.hung.map(({ slot }) => slot);
  }

  supplierOf(key: string): Supplier | undefined {
    const origins = this.own ? [{ slot: "", ...this.own }, ...this.hung] : this.hung;
    const found = origins.flatMap((origin) => {
      const field = origin.shape.fields.find((each) => each.key === key);
      return field ? [{ ...origin, field }] : [];
    });
    return found.length === 1 ? found[0] : undefined;
  }

  under(key: string): Place | undefined {
    const known = this.below.get(key);
    if (known) return known;
    const supplier = this.supplierOf(key);
    const shape = supplier?.field.shape;
    if (!supplier || !shape) return undefined;
    const place = new Place(shape.typeName, { fetchId: supplier.fetchId, shape });
    this.below.set(key, place);
    return place;
  }
}

/** A field on the way to a place, and the property that holds it: empty where the object itself does. */
export interface Step {
  slot: string;
  key: string;
  type: GraphQLOutputType;
}

/** The place at the end of a plan's path. */
export function findPlace(
  root: Place,
  path: readonly PathSegment[],
): { place: Place; steps: Step[] } | undefined {
  let place = root;
  const steps: Step[] = [];
  for (const segment of path) {
    // Lists are in the types.
    if (segment.kind === "list") continue;
    if (segment.kind === "type") return undefined;
    const supplier = place.supplierOf(segment.name);
    const next = place.under(segment.name);
    if (!supplier?.field.type || !next) return undefined;
    steps.push({ slot: supplier.slot, key: segment.name, type: supplier.field.type });
    place = next;
  }
  return { place, steps };
}
