import {
  type DocumentNode,
  GraphQLError,
  Kind,
  type NamedTypeNode,
  type ObjectTypeDefinitionNode,
  type ObjectTypeExtensionNode,
  OperationTypeNode,
  type TypeNode,
} from "graphql";

/**
 * A type named Subscription that is meant as data composes without a word, and its fields become root fields.
 * A root type is never what a field gives, and never has a key.
 */
export function findSubscriptionObjects(subgraph: { name: string; typeDefs: DocumentNode }): GraphQLError[] {
  const { name, typeDefs } = subgraph;
  const types = typeDefs.definitions.filter(isObject);
  const rootName = subscriptionRoot(typeDefs);
  const owners = types.filter((type) => type.name.value === "Subscription" && rootName === "Subscription");
  if (owners.length === 0) return [];
  const keyed = owners.flatMap(({ directives = [] }) =>
    directives.filter((directive) => /(^|__)key$/.test(directive.name.value)),
  );
  const uses = types.flatMap(({ fields = [] }) =>
    fields.map(({ type }) => namedType(type)).filter((type) => type.name.value === "Subscription"),
  );
  const nodes = [...uses, ...keyed];
  if (nodes.length === 0) return [];
  return [
    new GraphQLError(
      `[${name}] The type "Subscription" is the root of all subscriptions, but this subgraph has it as data: ` +
        "give it another name",
      { nodes, extensions: { code: "ROOT_SUBSCRIPTION_AS_OBJECT", subgraphName: name } },
    ),
  ];
}

type ObjectNode = ObjectTypeDefinitionNode | ObjectTypeExtensionNode;

function isObject(node: DocumentNode["definitions"][number]): node is ObjectNode {
  return node.kind === Kind.OBJECT_TYPE_DEFINITION || node.kind === Kind.OBJECT_TYPE_EXTENSION;
}

function subscriptionRoot({ definitions }: DocumentNode): string {
  for (const node of definitions) {
    if (node.kind !== Kind.SCHEMA_DEFINITION && node.kind !== Kind.SCHEMA_EXTENSION) continue;
    const root = node.operationTypes?.find(({ operation }) => operation === OperationTypeNode.SUBSCRIPTION);
    if (root) return root.type.name.value;
  }
  return "Subscription";
}

function namedType(type: TypeNode): NamedTypeNode {
  return type.kind === Kind.NAMED_TYPE ? type : namedType(type.type);
}
