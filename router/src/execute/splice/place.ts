import type { GraphQLOutputType } from "graphql";
import type { PathSegment } from "../../planner/plan.ts";
import type { Shape, ShapeField } from "./shape.ts";
import { Layout } from "./tape.ts";

/** A shape that some fetch answers with. */
export interface Origin {
  fetchId: number;
  shape: Shape;
}

/** Where a field of an object at some place is found. */
export interface Supplier extends Origin {
  /** Where the object holds what the fetch said; undefined for the object itself. */
  slot: number | undefined;
  field: ShapeField;
}

/**
 * A place of the answer: an object as the fetch answered it that found it first, and what other fetches have hung
 * on it. Each field comes from exactly one of them, or the plan is not for splicing.
 */
export class Place {
  readonly layout: Layout;
  private readonly hung: (Origin & { slot: number })[] = [];
  private readonly below = new Map<string, Place>();

  constructor(
    readonly typeName: string,
    private readonly own: Origin | undefined,
  ) {
    this.layout = own?.shape.layout ?? new Layout();
  }

  /** @param slot a place that was added to the layout for it */
  hang(slot: number, origin: Origin): void {
    this.hung.push({ slot, ...origin });
  }

  supplierOf(key: string): Supplier | undefined {
    const origins = this.own ? [{ slot: undefined, ...this.own }, ...this.hung] : this.hung;
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

/** A field on the way to a place. */
export interface Step extends Pick<Supplier, "slot"> {
  /** Where it stands in the object that has it. */
  at: number;
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
    const { slot, shape, field } = supplier;
    steps.push({ slot, at: shape.layout.placeOf(field.key), type: supplier.field.type });
    place = next;
  }
  return { place, steps };
}
