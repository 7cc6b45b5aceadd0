/** What a supergraph says about its subgraphs, read once from the join directives. */
export interface SupergraphModel {
  subgraphs: SubgraphInfo[];
  types: TypeModels;
  /** The object types that implement an interface, by its name. */
  objectsByInterface: ReadonlyMap<string, readonly string[]>;
  rootTypes: RootTypes;
  /** Labels of progressive overrides, each once. */
  overrideLabels: string[];
  /** The types that set a context, by its name. */
  contexts: Map<string, Set<string>>;
}

/** Each type is read when it is first asked for: most of a large supergraph never is. */
export interface TypeModels {
  get(name: string): TypeModel | undefined;
  has(name: string): boolean;
}

export interface RootTypes {
  query: string;
  mutation: string | undefined;
  subscription: string | undefined;
}

export interface SubgraphInfo {
  index: number;
  name: string;
  /** The member of `enum join__Graph`. */
  graph: string;
}

export type TypeModel = ObjectModel | UnionModel | LeafModel;

/** An object type or an interface. */
export interface ObjectModel {
  kind: "object" | "interface";
  name: string;
  fields: Map<string, FieldModel>;
  interfaces: string[];
  /** By subgraph index. */
  subgraphs: Map<number, TypeInSubgraph>;
}

export interface UnionModel {
  kind: "union";
  name: string;
  members: string[];
  /** Members by subgraph index. */
  subgraphs: Map<number, string[]>;
}

export interface LeafModel {
  kind: "leaf";
  name: string;
}

export interface TypeInSubgraph {
  keys: KeyModel[];
  isInterfaceObject: boolean;
  interfaces: string[];
}

export interface KeyModel {
  fields: string;
  resolvable: boolean;
}

export interface FieldModel {
  name: string;
  typeText: string;
  namedType: string;
  listDepth: number;
  /** By subgraph index. Empty when the field comes from interface objects only. */
  subgraphs: Map<number, FieldInSubgraph>;
}

export interface FieldInSubgraph {
  typeText: string;
  namedType: string;
  external: boolean;
  requires: string | undefined;
  provides: string | undefined;
  /** Another subgraph resolves this field now; this one only still knows it. */
  usedOverridden: boolean;
  /** A progressive override: this subgraph resolves the field while the label is active, or while it is not. */
  overrideLabel: { label: string; resolvesWhenActive: boolean } | undefined;
  contextArguments: ContextArgument[];
}

export interface ContextArgument {
  context: string;
  argument: string;
  typeText: string;
  /** A field set of the types that set the context. */
  selection: string;
  /** The variable of subgraph operations that carries it; no other argument of the subgraph has the same. */
  variable: string;
}
