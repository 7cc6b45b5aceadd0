import {
  type ConstDirectiveNode,
  type DocumentNode,
  type FieldDefinitionNode,
  type InputValueDefinitionNode,
  type InterfaceTypeDefinitionNode,
  type InterfaceTypeExtensionNode,
  Kind,
  type ObjectTypeDefinitionNode,
  type ObjectTypeExtensionNode,
  parse,
  type SelectionNode,
  type TypeNode,
} from "graphql";

export interface SubgraphSource {
  name: string;
  sdl: string;
}

/** What federation directives say in one subgraph, by type and field. */
export interface SubgraphDefinition {
  name: string;
  document: DocumentNode;
  /** From the subgraph's own name of a root type to `Query`, `Mutation` or `Subscription`. */
  rootNames: ReadonlyMap<string, string>;
  types: ReadonlyMap<string, TypeDefinition>;
  unions: ReadonlyMap<string, readonly string[]>;
  /** The types that set a context. */
  contexts: ReadonlyMap<string, ReadonlySet<string>>;
}

export interface TypeDefinition {
  name: string;
  kind: "object" | "interface";
  isInterfaceObject: boolean;
  interfaces: Set<string>;
  keys: readonly SelectionNode[][];
  fields: Map<string, FieldDefinition>;
}

export interface FieldDefinition {
  subgraph: string;
  typeName: string;
  name: string;
  type: TypeNode;
  /** Only reachable through `@provides`, or not at all. Keys that federation 1 marks so do not count. */
  external: boolean;
  requires: readonly SelectionNode[] | undefined;
  provides: readonly SelectionNode[] | undefined;
  overrides: string | undefined;
  overrideLabel: string | undefined;
  contextArguments: readonly ContextArgument[];
}

/** An argument that the client does not give: what an object above has. */
export interface ContextArgument {
  name: string;
  context: string;
  selections: readonly SelectionNode[];
}

type TypeNodeWithFields =
  | ObjectTypeDefinitionNode
  | ObjectTypeExtensionNode
  | InterfaceTypeDefinitionNode
  | InterfaceTypeExtensionNode;

export function readSubgraph({ name, sdl }: SubgraphSource): SubgraphDefinition {
  const document = parse(sdl, { noLocation: true });
  const types = new Map<string, TypeDefinition>();
  const unions = new Map<string, string[]>();
  const contexts = new Map<string, Set<string>>();
  const rootNames = new Map([
    ["Query", "Query"],
    ["Mutation", "Mutation"],
    ["Subscription", "Subscription"],
  ]);
  for (const node of document.definitions) {
    if (hasFields(node)) addType(types, name, node);
    if (hasFields(node) || node.kind === Kind.UNION_TYPE_DEFINITION) {
      for (const directive of named(node.directives ?? [], "context")) {
        const context = textArgument(directive, "name") ?? "";
        contexts.set(context, (contexts.get(context) ?? new Set()).add(node.name.value));
      }
    }
    if (node.kind === Kind.UNION_TYPE_DEFINITION || node.kind === Kind.UNION_TYPE_EXTENSION) {
      const members = (node.types ?? []).map((member) => member.name.value);
      unions.set(node.name.value, [...(unions.get(node.name.value) ?? []), ...members]);
    }
    if (node.kind === Kind.SCHEMA_DEFINITION || node.kind === Kind.SCHEMA_EXTENSION) {
      for (const { operation, type } of node.operationTypes ?? []) {
        rootNames.set(type.name.value, operation[0]!.toUpperCase() + operation.slice(1));
      }
    }
  }
  return { name, document, rootNames, types, unions, contexts };
}

function addType(types: Map<string, TypeDefinition>, subgraph: string, node: TypeNodeWithFields): void {
  const name = node.name.value;
  const directives = node.directives ?? [];
  const known = types.get(name);
  const keys = named(directives, "key").map((key) => fieldSet(textArgument(key, "fields") ?? ""));
  const type: TypeDefinition = {
    name,
    kind: node.kind.startsWith("Object") ? "object" : "interface",
    isInterfaceObject: named(directives, "interfaceObject").length > 0 || known?.isInterfaceObject === true,
    interfaces: new Set([...(known?.interfaces ?? []), ...(node.interfaces ?? []).map((i) => i.name.value)]),
    keys: [...(known?.keys ?? []), ...keys],
    fields: known?.fields ?? new Map(),
  };
  types.set(name, type);
  const isExternal = named(directives, "external").length > 0;
  const keyFieldNames = new Set(
    type.keys.flat().map((selection) => (selection.kind === Kind.FIELD ? selection.name.value : "")),
  );
  for (const field of node.fields ?? []) {
    const definition = fieldDefinition({ subgraph, typeName: name, field });
    definition.external = (definition.external || isExternal) && !keyFieldNames.has(field.name.value);
    type.fields.set(field.name.value, definition);
  }
}

function fieldDefinition(of: {
  subgraph: string;
  typeName: string;
  field: FieldDefinitionNode;
}): FieldDefinition {
  const directives = of.field.directives ?? [];
  const override = named(directives, "override")[0];
  const requires = named(directives, "requires")[0];
  const provides = named(directives, "provides")[0];
  return {
    subgraph: of.subgraph,
    typeName: of.typeName,
    name: of.field.name.value,
    type: of.field.type,
    external: named(directives, "external").length > 0,
    requires: requires && fieldSet(textArgument(requires, "fields") ?? ""),
    provides: provides && fieldSet(textArgument(provides, "fields") ?? ""),
    overrides: override && textArgument(override, "from"),
    overrideLabel: override && textArgument(override, "label"),
    contextArguments: (of.field.arguments ?? []).flatMap(contextArgument),
  };
}

function contextArgument({ name, directives = [] }: InputValueDefinitionNode): ContextArgument[] {
  return named(directives, "fromContext").map((directive) => {
    const [, context = "", selection = ""] =
      /^\s*\$(\w+)\s*(.*)$/s.exec(textArgument(directive, "field") ?? "") ?? [];
    const inner = selection.startsWith("{") ? selection.replace(/^\{(.*)\}\s*$/s, "$1") : selection;
    return { name: name.value, context, selections: fieldSet(inner) };
  });
}

function hasFields(node: { kind: string }): node is TypeNodeWithFields {
  return (
    node.kind === Kind.OBJECT_TYPE_DEFINITION ||
    node.kind === Kind.OBJECT_TYPE_EXTENSION ||
    node.kind === Kind.INTERFACE_TYPE_DEFINITION ||
    node.kind === Kind.INTERFACE_TYPE_EXTENSION
  );
}

function named(directives: readonly ConstDirectiveNode[], name: string): ConstDirectiveNode[] {
  return directives.filter((directive) => directive.name.value === name);
}

function textArgument(directive: ConstDirectiveNode, name: string): string | undefined {
  const value = directive.arguments?.find((argument) => argument.name.value === name)?.value;
  return value?.kind === Kind.STRING ? value.value : undefined;
}

function fieldSet(text: string): SelectionNode[] {
  const definition = parse(`{ ${text} }`, { noLocation: true }).definitions[0];
  if (definition?.kind !== Kind.OPERATION_DEFINITION) throw new Error(`not a field set: ${text}`);
  return [...definition.selectionSet.selections];
}
