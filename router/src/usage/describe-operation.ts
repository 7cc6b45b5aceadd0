import {
  type DocumentNode,
  type FragmentDefinitionNode,
  type GraphQLInputType,
  type GraphQLSchema,
  getNamedType,
  isInputObjectType,
  isLeafType,
  Kind,
  type OperationDefinitionNode,
  print,
  stripIgnoredCharacters,
  TypeInfo,
  typeFromAST,
  visit,
  visitWithTypeInfo,
} from "graphql";

/** What a registry is told of an operation. */
export interface DescribedOperation {
  /** Its text without the values that clients write into it. */
  signature: string;
  name: string | undefined;
  /** `Order.total` */
  fields: readonly string[];
  /** `Query.order.id` */
  arguments: readonly string[];
  /** Of what stands in the text; variables bring more. */
  inputFields: readonly string[];
  enumValues: readonly string[];
  /** Variables whose values name input fields or enum values. */
  inputVariables: readonly { name: string; type: GraphQLInputType }[];
}

export interface Describable {
  document: DocumentNode;
  definition: OperationDefinitionNode;
  fragments: ReadonlyMap<string, FragmentDefinitionNode>;
  name: string | undefined;
}

export function describeOperation(schema: GraphQLSchema, operation: Describable): DescribedOperation {
  const document = reachable(operation);
  const used = collect(schema, document);
  const { variableDefinitions = [] } = operation.definition;
  return {
    name: operation.name,
    signature: stripIgnoredCharacters(print(withoutValues(document))),
    ...used,
    inputVariables: variableDefinitions.flatMap(({ variable, type: node }) => {
      const type = typeFromAST(schema, node as never) as GraphQLInputType | undefined;
      const named = type && getNamedType(type);
      const tells = isInputObjectType(named) || (isLeafType(named) && "getValues" in named);
      return type && tells ? [{ name: variable.name.value, type }] : [];
    }),
  };
}

/** The operation and the fragments that it comes to, in the order of their names. */
function reachable({ definition, fragments }: Describable): DocumentNode {
  const wanted = new Map<string, FragmentDefinitionNode>();
  const follow = (node: OperationDefinitionNode | FragmentDefinitionNode) =>
    visit(node, {
      FragmentSpread({ name: { value } }) {
        const fragment = fragments.get(value);
        if (!fragment || wanted.has(value)) return;
        wanted.set(value, fragment);
        follow(fragment);
      },
    });
  follow(definition);
  const used = [...wanted.values()].sort((one, other) => (one.name.value < other.name.value ? -1 : 1));
  return { kind: Kind.DOCUMENT, definitions: [definition, ...used] };
}

/** As Apollo's signatures have it: what may be secret goes, names of the schema stay. */
function withoutValues(document: DocumentNode): DocumentNode {
  return visit(document, {
    IntValue: (node) => ({ ...node, value: "0" }),
    FloatValue: (node) => ({ ...node, value: "0" }),
    StringValue: (node) => ({ ...node, value: "", block: false }),
    ListValue: (node) => ({ ...node, values: [] }),
    ObjectValue: (node) => ({ ...node, fields: [] }),
  });
}

function collect(schema: GraphQLSchema, document: DocumentNode) {
  const fields = new Set<string>();
  const args = new Set<string>();
  const inputFields = new Set<string>();
  const enumValues = new Set<string>();
  const info = new TypeInfo(schema);
  visit(
    document,
    visitWithTypeInfo(info, {
      Field({ name: { value } }) {
        const parent = info.getParentType();
        if (parent && !value.startsWith("__")) fields.add(`${parent.name}.${value}`);
      },
      Argument({ name: { value } }) {
        const parent = info.getParentType();
        const field = info.getFieldDef();
        if (parent && field && !info.getDirective()) args.add(`${parent.name}.${field.name}.${value}`);
      },
      ObjectField({ name: { value } }) {
        const parent = getNamedType(info.getParentInputType());
        if (parent) inputFields.add(`${parent.name}.${value}`);
      },
      EnumValue({ value }) {
        const type = getNamedType(info.getInputType());
        if (type) enumValues.add(`${type.name}.${value}`);
      },
    }),
  );
  return {
    fields: [...fields],
    arguments: [...args],
    inputFields: [...inputFields],
    enumValues: [...enumValues],
  };
}
