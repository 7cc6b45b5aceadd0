import { Kind, parse } from "graphql";
import { bindContexts, type ContextKnowledge } from "../normalize/bind-contexts.ts";
import { normalizeSelectionSets, type TypeKnowledge } from "../normalize/normalize-selection-sets.ts";
import { SelectionInterner, type SelectionNode } from "../normalize/selection.ts";
import { Arrivals } from "../search/arrival.ts";
import type {
  FieldInSubgraph,
  FieldModel,
  ObjectModel,
  SupergraphModel,
  TypeInSubgraph,
} from "./supergraph-model.ts";

/** A field as one subgraph has it. */
export interface LocalField {
  subgraph: number;
  name: string;
  namedType: string;
  typeText: string;
  /** Known to the subgraph but answered by others, unless the way here provides it. */
  external: boolean;
  /** Selected on the type the field was asked for. */
  requires: SelectionNode | undefined;
  provides: SelectionNode | undefined;
  context: FieldInSubgraph["contextArguments"];
}

/** A way to resolve a field: enter the subgraph at `entry` (the object itself or an interface object). */
export interface FieldOption {
  subgraph: number;
  entry: string;
  field: LocalField;
}

export interface EntityKey {
  selection: SelectionNode;
  text: string;
}

const nothing: readonly string[] = [];

/** The supergraph as a planner asks about it, for one set of active override labels. Answers are kept. */
export class SchemaView implements TypeKnowledge, ContextKnowledge {
  readonly model: SupergraphModel;
  readonly arrivals = new Arrivals();
  readonly #labels: ReadonlySet<string>;
  readonly #interner = new SelectionInterner();
  readonly #possible = new Map<string, ReadonlySet<string>>();
  readonly #possibleIn = new Map<string, readonly string[]>();
  readonly #local = new Map<string, LocalField | null>();
  readonly #options = new Map<string, FieldOption[]>();
  readonly #fieldSets = new Map<string, SelectionNode>();
  readonly #keys = new Map<string, EntityKey[]>();
  readonly #uneven = new Map<string, boolean>();

  constructor(model: SupergraphModel, activeLabels: ReadonlySet<string>) {
    this.model = model;
    this.#labels = activeLabels;
  }

  get mutationType(): string | undefined {
    return this.model.rootTypes.mutation;
  }

  isAbstract(type: string): boolean {
    const kind = this.model.types.get(type)?.kind;
    return kind === "interface" || kind === "union";
  }

  isRoot(type: string): boolean {
    const { query, mutation, subscription } = this.model.rootTypes;
    return type === query || type === mutation || type === subscription;
  }

  objectOrInterface(type: string): ObjectModel | undefined {
    const model = this.model.types.get(type);
    return model?.kind === "object" || model?.kind === "interface" ? model : undefined;
  }

  typeIn(subgraph: number, type: string): TypeInSubgraph | undefined {
    return this.objectOrInterface(type)?.subgraphs.get(subgraph);
  }

  fieldModel(type: string, name: string): FieldModel | undefined {
    return this.objectOrInterface(type)?.fields.get(name);
  }

  isInterfaceObject(subgraph: number, type: string): boolean {
    return this.typeIn(subgraph, type)?.isInterfaceObject === true;
  }

  /** Some subgraph wants arguments for the field that come from objects above it. */
  isContextual(type: string, name: string): boolean {
    if (this.model.contexts.size === 0) return false;
    return [...this.possible(type)].some((object) =>
      [...(this.fieldModel(object, name)?.subgraphs.values() ?? [])].some(
        ({ contextArguments }) => contextArguments.length > 0,
      ),
    );
  }

  /** Whether values of the type set the context. */
  setsContext(type: string, context: string): boolean {
    for (const setter of this.model.contexts.get(context) ?? []) {
      if (setter === type || this.objectOrInterface(type)?.interfaces.includes(setter)) return true;
      const model = this.model.types.get(setter);
      if (model?.kind === "union" && model.members.includes(type)) return true;
    }
    return false;
  }

  /** The object types of the supergraph that a value of this type can be. */
  possible(type: string): ReadonlySet<string> {
    let possible = this.#possible.get(type);
    if (possible === undefined) {
      const model = this.model.types.get(type);
      if (model?.kind === "union") possible = new Set(model.members);
      else if (model?.kind === "interface") possible = new Set(this.model.objectsByInterface.get(type));
      else possible = new Set([type]);
      this.#possible.set(type, possible);
    }
    return possible;
  }

  /** The object types that a value of this type can be when this subgraph answers it. */
  possibleIn(subgraph: number, type: string): readonly string[] {
    const key = `${subgraph}:${type}`;
    let possible = this.#possibleIn.get(key);
    if (possible === undefined) {
      possible = this.#readPossibleIn(subgraph, type);
      this.#possibleIn.set(key, possible);
    }
    return possible;
  }

  #readPossibleIn(subgraph: number, type: string): readonly string[] {
    const model = this.model.types.get(type);
    if (model?.kind === "union") return model.subgraphs.get(subgraph) ?? nothing;
    if (model?.kind !== "interface") return [type];
    return (this.model.objectsByInterface.get(type) ?? []).filter((object) =>
      this.typeIn(subgraph, object)?.interfaces.includes(type),
    );
  }

  /** Subgraphs differ in what objects they answer for this abstract type. */
  isUneven(type: string): boolean {
    let uneven = this.#uneven.get(type);
    if (uneven === undefined) {
      const model = this.model.types.get(type);
      const answers = new Set<string>();
      if (model?.kind === "interface" || model?.kind === "union") {
        for (const index of model.subgraphs.keys()) {
          if (!this.isInterfaceObject(index, type))
            answers.add([...this.possibleIn(index, type)].sort().join());
        }
      }
      uneven = answers.size > 1;
      this.#uneven.set(type, uneven);
    }
    return uneven;
  }

  /** The types to select on when a fragment on `condition` stands in a scope of type `current` at `position`. */
  narrow(position: string, current: string, condition: string): readonly string[] {
    if (current === condition || this.objectOrInterface(current)?.interfaces.includes(condition))
      return [current];
    const currents = this.possible(current);
    const conditions = this.possible(condition);
    const shared = [...conditions].filter((type) => currents.has(type));
    if (shared.length === 0) return nothing;
    if (!this.isAbstract(current)) return [current];
    if (shared.length === conditions.size || current === position) return [condition];
    return shared;
  }

  /** The field as the subgraph has it, if it may ask for it there at all. */
  local(subgraph: number, type: string, name: string): LocalField | undefined {
    const key = `${subgraph}:${type}.${name}`;
    let local = this.#local.get(key);
    if (local === undefined) {
      local = this.#readLocal(subgraph, type, type, name) ?? null;
      this.#local.set(key, local);
    }
    return local ?? undefined;
  }

  /** `asked` is the type whose value is at hand when the subgraph knows it as the interface object `type`. */
  #readLocal(subgraph: number, type: string, asked: string, name: string): LocalField | undefined {
    const field = this.fieldModel(type, name);
    const inSubgraph = field?.subgraphs.get(subgraph);
    if (inSubgraph === undefined || !this.#answers(inSubgraph)) return undefined;
    const { namedType, typeText, external, requires, provides } = inSubgraph;
    return {
      subgraph,
      name,
      namedType,
      typeText,
      external,
      requires:
        requires === undefined
          ? undefined
          : bindContexts(this, this.#interner, this.fieldSet(asked, requires)),
      provides: provides === undefined ? undefined : this.fieldSet(namedType, provides),
      context: inSubgraph.contextArguments,
    };
  }

  /** A field that federation 1 supergraphs name only in the @provides of another field. */
  providedField(subgraph: number, type: string, name: string): LocalField | undefined {
    const field = this.fieldModel(type, name);
    if (field === undefined) return undefined;
    const { namedType, typeText } = field;
    return {
      subgraph,
      name,
      namedType,
      typeText,
      external: true,
      requires: undefined,
      provides: undefined,
      context: [],
    };
  }

  typenameField(subgraph: number): LocalField {
    const nothingElse = { external: false, requires: undefined, provides: undefined, context: [] };
    return { subgraph, name: "__typename", namedType: "String", typeText: "String!", ...nothingElse };
  }

  #answers(field: FieldInSubgraph): boolean {
    if (field.overrideLabel === undefined) return !field.usedOverridden;
    return field.overrideLabel.resolvesWhenActive === this.#labels.has(field.overrideLabel.label);
  }

  /** Every way to resolve the field for a value of this type. */
  options(type: string, name: string): readonly FieldOption[] {
    const key = `${type}.${name}`;
    let options = this.#options.get(key);
    if (options === undefined) {
      options = this.#readOptions(type, name);
      this.#options.set(key, options);
    }
    return options;
  }

  #readOptions(type: string, name: string): FieldOption[] {
    const model = this.objectOrInterface(type);
    if (model === undefined) return [];
    const options: FieldOption[] = [];
    for (const subgraph of model.fields.get(name)?.subgraphs.keys() ?? []) {
      const field = this.local(subgraph, type, name);
      if (field !== undefined && !field.external) options.push({ subgraph, entry: type, field });
    }
    for (const parent of model.interfaces) {
      for (const [subgraph, inSubgraph] of this.objectOrInterface(parent)?.subgraphs ?? []) {
        if (!inSubgraph.isInterfaceObject || options.some((option) => option.subgraph === subgraph)) continue;
        const field = this.#readLocal(subgraph, parent, type, name);
        if (field !== undefined && !field.external) options.push({ subgraph, entry: parent, field });
      }
    }
    return options;
  }

  /** What a representation must hold to enter the subgraph at `entry` with a value of type `asked`. */
  keys(subgraph: number, entry: string, asked: string): readonly EntityKey[] {
    const id = `${subgraph}:${entry}:${asked}`;
    let keys = this.#keys.get(id);
    if (keys === undefined) {
      const resolvable = (this.typeIn(subgraph, entry)?.keys ?? []).filter((key) => key.resolvable);
      keys = resolvable.map((key) => ({ text: key.fields, selection: this.fieldSet(asked, key.fields) }));
      this.#keys.set(id, keys);
    }
    return keys;
  }

  fieldSet(type: string, text: string): SelectionNode {
    const id = `${type}{${text}}`;
    let node = this.#fieldSets.get(id);
    if (node === undefined) {
      const [operation] = parse(`{${text}}`, { noLocation: true }).definitions;
      if (operation?.kind !== Kind.OPERATION_DEFINITION) throw new Error(`Not a field set: ${text}`);
      const context = { view: this, fragments: new Map(), interner: this.#interner };
      node = normalizeSelectionSets(context, type, [operation.selectionSet]);
      this.#fieldSets.set(id, node);
    }
    return node;
  }
}
