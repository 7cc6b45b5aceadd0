import type { ConstDirectiveNode, ConstValueNode } from "graphql";

interface WithDirectives {
  directives?: readonly ConstDirectiveNode[] | undefined;
}

/** Few enough to be looked through one by one. */
export type DirectiveArguments = readonly { name: { value: string }; value: ConstValueNode }[];

/** The arguments of each use of the directive on the node. */
export function directiveUses({ directives }: WithDirectives, name: string): DirectiveArguments[] {
  const uses: DirectiveArguments[] = [];
  if (directives === undefined) return uses;
  for (const directive of directives)
    if (directive.name.value === name) uses.push(directive.arguments ?? noArguments);
  return uses;
}

export const noArguments: DirectiveArguments = [];

export function hasArgument(use: DirectiveArguments, name: string): boolean {
  return findValue(use, name) !== undefined;
}

export function textArgument(use: DirectiveArguments, name: string): string | undefined {
  const value = findValue(use, name);
  return value?.kind === "StringValue" || value?.kind === "EnumValue" ? value.value : undefined;
}

export function booleanArgument(use: DirectiveArguments, name: string, fallback: boolean): boolean {
  const value = findValue(use, name);
  return value?.kind === "BooleanValue" ? value.value : fallback;
}

export function objectListArgument(use: DirectiveArguments, name: string): DirectiveArguments[] {
  const value = findValue(use, name);
  if (value?.kind !== "ListValue") return [];
  return value.values.flatMap((item) => (item.kind === "ObjectValue" ? [item.fields] : []));
}

function findValue(use: DirectiveArguments, name: string): ConstValueNode | undefined {
  for (const argument of use) if (argument.name.value === name) return argument.value;
  return undefined;
}
