import type { GraphQLSchema } from "graphql";
import type { BatchEntry, PathSegment, PlanNode, QueryPlan } from "../../planner/plan.ts";
import type { SupergraphTypes } from "../../supergraph/supergraph-types.ts";
import { readFlatRequirements } from "../representations.ts";
import type { Selection } from "../selection.ts";
import { findPlace, Place } from "./place.ts";
import { type Shape, ShapeReader } from "./shape.ts";
import { compileRepresent, type Represent, type RepresentedPlace } from "./write-represent.ts";
import { compileReadAnswer, type ReadAnswer } from "./write-scan.ts";
import { compileWriteNode, type WriteNode } from "./write-splice.ts";

/** A plan whose answers can be spliced: how each fetch is asked and read, and how the whole is written. */
export interface SplicePlan {
  /** By fetch id. */
  fetches: readonly SpliceFetch[];
  /** Of what everything hangs on. */
  rootSize: number;
  write: WriteNode;
}

export interface SpliceFetch {
  readAnswer: ReadAnswer;
  /** Where a root fetch's answer hangs; undefined for entity fetches. */
  rootSlot: number | undefined;
  lookups: readonly SpliceLookup[];
}

export interface SpliceLookup {
  /** Where its entities stand in the answer's data. */
  entitiesAt: number;
  label: string;
  /** One for each place. */
  represents: readonly Represent[];
}

export interface SpliceRules {
  plan: QueryPlan;
  selection: Selection;
  schema: GraphQLSchema;
  types: SupergraphTypes;
}

/**
 * Undefined for plans that are not worth it or not made for it: with conditions, abstract types, rewrites or nested
 * keys, or where a field is answered by two fetches.
 */
export function compileSplice(rules: SpliceRules): SplicePlan | undefined {
  const compiler = new SpliceCompiler(rules);
  if (!rules.plan.node || !compiler.addNode(rules.plan.node, [])) return undefined;
  return compiler.build();
}

interface FetchDraft extends Omit<SpliceFetch, "readAnswer"> {
  shape: Shape;
}

interface LookupDraft extends Omit<BatchEntry, "outputRewrites"> {
  shape: Shape;
  fetchId: number;
  entitiesAt: number;
}

class SpliceCompiler {
  private readonly fetches: FetchDraft[] = [];
  private readonly root: Place;

  constructor(private readonly rules: SpliceRules) {
    this.root = new Place(rules.schema.getQueryType()?.name ?? "", undefined);
  }

  /** Visits fetches in the order in which `compilePlan` numbers them. False where the plan is not for splicing. */
  addNode(node: PlanNode, path: readonly PathSegment[]): boolean {
    switch (node.kind) {
      case "Sequence":
      case "Parallel":
        return node.nodes.every((child) => this.addNode(child, path));
      case "Flatten":
        return this.addNode(node.node, [...path, ...node.path]);
      case "BatchFetch":
        return this.addEntities(node.operation, node.entries);
      case "Fetch": {
        const { operation, operationKind, requires, inputRewrites = [], outputRewrites = [] } = node;
        // What such a fetch asks depends on the objects around each entity.
        if (node.contextRewrites) return false;
        if (requires) {
          const names = { alias: "_entities", representationsVariable: "representations" };
          const paths = [[...path]];
          return this.addEntities(operation, [{ ...names, paths, requires, inputRewrites, outputRewrites }]);
        }
        return operationKind === "query" && outputRewrites.length === 0 && path.length === 0
          ? this.addRoot(operation)
          : false;
      }
      default:
        return false;
    }
  }

  build(): SplicePlan | undefined {
    const write = compileWriteNode(this.rules.selection, this.root);
    if (!write) return undefined;
    return {
      // Only now is it known what will hang on each object.
      fetches: this.fetches.map(({ shape, ...fetch }) => ({
        ...fetch,
        readAnswer: compileReadAnswer(shape),
      })),
      rootSize: this.root.layout.size,
      write,
    };
  }

  private addRoot(operation: string): boolean {
    const shape = new ShapeReader(this.rules.schema, operation).readRoot();
    if (!shape) return false;
    const fetchId = this.fetches.length;
    const rootSlot = this.root.layout.add(1);
    this.root.hang(rootSlot, { fetchId, shape });
    this.fetches.push({ shape, rootSlot, lookups: [] });
    return true;
  }

  private addEntities(operation: string, entries: readonly BatchEntry[]): boolean {
    const aliases = entries.map(({ alias }) => alias);
    const shape = new ShapeReader(this.rules.schema, operation).readEntities(aliases);
    if (!shape || shape.fields.length !== entries.length) return false;
    const fetchId = this.fetches.length;
    const lookups: SpliceLookup[] = [];
    for (const { outputRewrites = [], ...entry } of entries) {
      const below = shape.fields.find(({ key }) => key === entry.alias)?.shape;
      if (!below || outputRewrites.length > 0) return false;
      const entitiesAt = shape.layout.placeOf(entry.alias);
      const lookup = this.addLookup({ ...entry, shape: below, fetchId, entitiesAt });
      if (!lookup) return false;
      lookups.push(lookup);
    }
    this.fetches.push({ shape, rootSlot: undefined, lookups });
    return true;
  }

  private addLookup({ shape, fetchId, entitiesAt, ...entry }: LookupDraft): SpliceLookup | undefined {
    const { types } = this.rules;
    const { requires, inputRewrites = [] } = entry;
    const flat = readFlatRequirements({ requires, inputRewrites, types });
    if (!flat) return undefined;
    const found: RepresentedPlace[] = [];
    for (const path of entry.paths) {
      const each = findPlace(this.root, path);
      if (each?.place.typeName !== shape.typeName) return undefined;
      found.push({ ...each, slot: each.place.layout.add(1) });
    }
    const represents = found.map((each) => compileRepresent(flat.fields, each));
    if (!represents.every((represent) => represent !== undefined)) return undefined;
    for (const { place, slot } of found) place.hang(slot, { fetchId, shape });
    const label = `${JSON.stringify(entry.representationsVariable)}:[`;
    return { entitiesAt, label, represents };
  }
}
