import { type GraphQLObjectType, Kind, parse, type SelectionSetNode } from "graphql";

/** The top fields of each `@key` of a type that this subgraph resolves. */
export function readKeys({ astNode, extensionASTNodes }: GraphQLObjectType): string[][] {
  const directives = [astNode, ...extensionASTNodes].flatMap((node) => node?.directives ?? []);
  return directives
    .filter(({ name }) => name.value === "key" || name.value === "federation__key")
    .flatMap(({ arguments: given = [] }) => {
      const find = (wanted: string) => given.find(({ name }) => name.value === wanted)?.value;
      const fields = find("fields");
      const resolvable = find("resolvable");
      if (fields?.kind !== Kind.STRING) return [];
      if (resolvable?.kind === Kind.BOOLEAN && !resolvable.value) return [];
      return [topFields(fields.value)];
    });
}

/** What the router brings along for the fields that `@requires` it. */
export function readRequired(type: GraphQLObjectType): string[] {
  const names = Object.values(type.getFields()).flatMap(({ astNode }) =>
    (astNode?.directives ?? [])
      .filter(({ name }) => name.value === "requires" || name.value === "federation__requires")
      .flatMap(({ arguments: given = [] }) => {
        const [fields] = given;
        return fields?.value.kind === Kind.STRING ? topFields(fields.value.value) : [];
      }),
  );
  return [...new Set(names)];
}

function topFields(selection: string): string[] {
  const [operation] = parse(`{ ${selection} }`).definitions;
  const set = operation?.kind === Kind.OPERATION_DEFINITION ? operation.selectionSet : undefined;
  return (set as SelectionSetNode).selections.flatMap((node) =>
    node.kind === Kind.FIELD ? [node.name.value] : [],
  );
}
