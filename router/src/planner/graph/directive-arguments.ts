import type { ConstDirectiveNode, ConstValueNode } from "graphql";

interface WithDirectives {
  directives?: readonly ConstDirectiveNode[] | undefined;
}

export type DirectiveArguments = Map<string, ConstValueNode>;

/** The arguments of each use of the directive on the node. */
export function directiveUses(node: WithDirectives, name: string): DirectiveArguments[] {
  const uses: DirectiveArguments[] = [];
  for (const directive of node.directives ?? []) {
    if (directive.name.value !== name) continue;
    uses.push(new Map(directive.arguments?.map((argument) => [argument.name.value, argument.value])));
  }
  return uses;
}

export function textArgument(uses: DirectiveArguments, name: string): string | undefined {
  const value = uses.get(name);
  return value?.kind === "StringValue" || value?.kind === "EnumValue" ? value.value : undefined;
}

export function booleanArgument(uses: DirectiveArguments, name: string, fallback: boolean): boolean {
  const value = uses.get(name);
  return value?.kind === "BooleanValue" ? value.value : fallback;
}

export function objectListArgument(uses: DirectiveArguments, name: string): DirectiveArguments[] {
  const value = uses.get(name);
  if (value?.kind !== "ListValue") return [];
  return value.values.flatMap((item) =>
    item.kind === "ObjectValue" ? [new Map(item.fields.map((field) => [field.name.value, field.value]))] : [],
  );
}
