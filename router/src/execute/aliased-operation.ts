import { type FieldNode, Kind, type OperationDefinitionNode, parse, print, visit } from "graphql";

/** Writes an entity operation out with one lookup for each set of variables: `_0`, `_1` and so on. */
export type WriteAliased = (count: number) => string;

/** `variables` differ between the lookups: each has its own of them, its number at the end of their names. */
export function compileAliased(operation: string, variables: ReadonlySet<string>): WriteAliased {
  const written = new Map<number, string>();
  return function writeAliased(count) {
    let text = written.get(count);
    if (text === undefined) {
      text = writeOut(operation, variables, count);
      written.set(count, text);
    }
    return text;
  };
}

function writeOut(operation: string, variables: ReadonlySet<string>, count: number): string {
  const { definitions } = parse(operation, { noLocation: true });
  const [first] = definitions;
  const [lookup] = first?.kind === Kind.OPERATION_DEFINITION ? first.selectionSet.selections : [];
  if (first?.kind !== Kind.OPERATION_DEFINITION || lookup?.kind !== Kind.FIELD)
    throw new Error("an entity operation starts with its lookup");
  const numbers = Array.from({ length: count }, (_, index) => index);
  const aliased: OperationDefinitionNode = {
    ...first,
    variableDefinitions: (first.variableDefinitions ?? []).flatMap((definition) =>
      variables.has(definition.variable.name.value)
        ? numbers.map((number) => withNumber(definition, variables, number))
        : [definition],
    ),
    selectionSet: {
      ...first.selectionSet,
      selections: numbers.map((number): FieldNode => {
        const alias = { kind: Kind.NAME, value: `_${number}` } as const;
        return { ...withNumber(lookup, variables, number), alias };
      }),
    },
  };
  return [aliased, ...definitions.slice(1)].map(print).join("\n");
}

function withNumber<Node extends Parameters<typeof visit>[0]>(
  node: Node,
  variables: ReadonlySet<string>,
  number: number,
): Node {
  return visit(node, {
    Variable: ({ name, ...variable }) =>
      variables.has(name.value)
        ? { ...variable, name: { ...name, value: `${name.value}_${number}` } }
        : undefined,
  }) as Node;
}
