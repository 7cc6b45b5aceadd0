import {
  type ConstDirectiveNode,
  type ConstValueNode,
  type DocumentNode,
  type FieldDefinitionNode,
  Kind,
  type ListValueNode,
  print,
  valueFromASTUntyped,
} from "graphql";
import type { JsonObject, JsonValue } from "../json.ts";
import { type Supergraph, stringArgument } from "../supergraph/read-supergraph.ts";

/** What the supergraph says that matters to whoever keeps a subgraph's answers. */
export class CacheFacts {
  private readonly fields = new Map<string, FieldFacts>();
  private readonly keys = new Map<string, string[]>();
  private readonly tagFormats = new Map<string, string[]>();
  private readonly interfaces = new Map<string, readonly string[]>();
  private readonly protectedTypes: ReadonlySet<string>;
  private readonly defaults = new Map<string, JsonObject>();
  readonly queryType: string;

  constructor({ document, subgraphs }: Pick<Supergraph, "document" | "subgraphs">) {
    const names = new Map(subgraphs.map(({ graph, name }) => [graph, name]));
    this.protectedTypes = findProtectedTypes(document);
    this.queryType = findQueryType(document);
    for (const definition of document.definitions) {
      if (
        definition.kind !== Kind.OBJECT_TYPE_DEFINITION &&
        definition.kind !== Kind.INTERFACE_TYPE_DEFINITION
      )
        continue;
      const type = definition.name.value;
      this.interfaces.set(
        type,
        (definition.interfaces ?? []).map(({ name }) => name.value),
      );
      this.readTypeDirectives(type, definition.directives ?? [], names);
      for (const field of definition.fields ?? []) this.readField(type, field, names);
    }
  }

  field(subgraph: string, type: string, name: string): FieldFacts {
    return (
      this.fields.get(`${subgraph} ${type}.${name}`) ?? this.fields.get(`${type}.${name}`) ?? unknownField
    );
  }

  /** Each key's fields, as the subgraph declares them. */
  keysOf(subgraph: string, type: string): readonly string[] {
    return this.keys.get(`${subgraph} ${type}`) ?? none;
  }

  /** Formats of `@cacheTag` on a type, those of its interfaces included. */
  typeTagFormats(subgraph: string, type: string): readonly string[] {
    const from = [type, ...(this.interfaces.get(type) ?? [])];
    return from.flatMap((name) => this.tagFormats.get(`${subgraph} ${name}`) ?? none);
  }

  fieldTagFormats(subgraph: string, type: string, field: string): readonly string[] {
    return this.tagFormats.get(`${subgraph} ${type}.${field}`) ?? none;
  }

  /** Values of arguments that are left out. */
  defaultsOf(type: string, field: string): JsonObject {
    return this.defaults.get(`${type}.${field}`) ?? {};
  }

  private readTypeDirectives(
    type: string,
    directives: readonly ConstDirectiveNode[],
    names: ReadonlyMap<string, string>,
  ): void {
    for (const directive of directives) {
      if (directive.name.value === "join__type") {
        const subgraph = names.get(enumArgument(directive, "graph") ?? "");
        const key = stringArgument(directive, "key");
        if (subgraph !== undefined && key !== undefined) append(this.keys, `${subgraph} ${type}`, key);
      }
      this.readTag(directive, type, names);
    }
  }

  private readField(type: string, field: FieldDefinitionNode, names: ReadonlyMap<string, string>): void {
    const name = field.name.value;
    const directives = field.directives ?? [];
    const named = namedType(field);
    const isProtected =
      directives.some(isProtection) || this.protectedTypes.has(type) || this.protectedTypes.has(named);
    const { description: _saysNothing, ...bare } = field;
    const shape = print({ ...bare, directives: [] });
    const facts = { type: named, isProtected, requires: undefined, hash: hashOf(shape) };
    this.fields.set(`${type}.${name}`, facts);
    const defaults = (field.arguments ?? []).flatMap((argument) =>
      argument.defaultValue ? [[argument.name.value, toJson(argument.defaultValue)] as const] : [],
    );
    if (defaults.length > 0) this.defaults.set(`${type}.${name}`, Object.fromEntries(defaults));
    for (const directive of directives) {
      this.readTag(directive, `${type}.${name}`, names);
      if (directive.name.value !== "join__field") continue;
      const subgraph = names.get(enumArgument(directive, "graph") ?? "");
      if (subgraph === undefined) continue;
      const requires = stringArgument(directive, "requires");
      const hash = hashOf(`${shape} ${print(directive)}`);
      this.fields.set(`${subgraph} ${type}.${name}`, { ...facts, requires, hash });
    }
  }

  private readTag(directive: ConstDirectiveNode, place: string, names: ReadonlyMap<string, string>): void {
    if (directive.name.value !== "join__directive") return;
    if (stringArgument(directive, "name") !== "federation__cacheTag") return;
    const format = readFormat(directive);
    const graphs = directive.arguments?.find(({ name }) => name.value === "graphs")?.value;
    if (format === undefined || graphs?.kind !== Kind.LIST) return;
    for (const graph of (graphs as ListValueNode).values) {
      const subgraph = graph.kind === Kind.ENUM ? names.get(graph.value) : undefined;
      if (subgraph !== undefined) append(this.tagFormats, `${subgraph} ${place}`, format);
    }
  }
}

export interface FieldFacts {
  /** The type's name without lists and non-null marks. */
  readonly type: string;
  /** Under a directive that decides who may see it. */
  readonly isProtected: boolean;
  /** What `@requires` says. */
  readonly requires: string | undefined;
  /** Another one where the field's definition is another. */
  readonly hash: string;
}

const unknownField: FieldFacts = { type: "", isProtected: false, requires: undefined, hash: "" };
const none: readonly string[] = [];

function findProtectedTypes(document: DocumentNode): ReadonlySet<string> {
  const found = new Set<string>();
  for (const definition of document.definitions) {
    const isType =
      definition.kind === Kind.OBJECT_TYPE_DEFINITION ||
      definition.kind === Kind.INTERFACE_TYPE_DEFINITION ||
      definition.kind === Kind.SCALAR_TYPE_DEFINITION ||
      definition.kind === Kind.ENUM_TYPE_DEFINITION;
    if (isType && definition.directives?.some(isProtection)) found.add(definition.name.value);
  }
  return found;
}

function isProtection({ name }: ConstDirectiveNode): boolean {
  return /^(?:federation__)?(?:authenticated|requiresScopes|policy)$/.test(name.value);
}

function findQueryType(document: DocumentNode): string {
  for (const definition of document.definitions) {
    if (definition.kind !== Kind.SCHEMA_DEFINITION && definition.kind !== Kind.SCHEMA_EXTENSION) continue;
    const query = definition.operationTypes?.find(({ operation }) => operation === "query");
    if (query) return query.type.name.value;
  }
  return "Query";
}

function toJson(node: ConstValueNode): JsonValue {
  // The cast holds: constant values are JSON.
  return (valueFromASTUntyped(node) ?? null) as JsonValue;
}

function readFormat(directive: ConstDirectiveNode): string | undefined {
  const parameters = directive.arguments?.find(({ name }) => name.value === "args")?.value;
  if (parameters?.kind !== Kind.OBJECT) return undefined;
  const format = parameters.fields.find(({ name }) => name.value === "format")?.value;
  return format?.kind === Kind.STRING ? format.value : undefined;
}

function enumArgument(directive: ConstDirectiveNode, name: string): string | undefined {
  const value = directive.arguments?.find((argument) => argument.name.value === name)?.value;
  return value?.kind === Kind.ENUM ? value.value : undefined;
}

function namedType({ type }: FieldDefinitionNode): string {
  let node = type;
  while (node.kind !== Kind.NAMED_TYPE) node = node.type;
  return node.name.value;
}

function hashOf(text: string): string {
  return Bun.hash(text).toString(36).slice(-8);
}

function append(lists: Map<string, string[]>, key: string, item: string): void {
  const list = lists.get(key);
  if (list) list.push(item);
  else lists.set(key, [item]);
}
