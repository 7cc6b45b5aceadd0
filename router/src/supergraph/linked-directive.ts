import { type ConstDirectiveNode, type DocumentNode, Kind, valueFromASTUntyped } from "graphql";
import { stringArgument } from "./read-supergraph.ts";

export interface DirectiveOfSpec {
  /** Such as `https://specs.apollo.dev/cost/`, without a version. */
  spec: string;
  /** Without the at sign. */
  name: string;
}

/**
 * What a directive of a linked specification is called in a supergraph, which may import it under another name.
 * Undefined where the specification is not linked. https://specs.apollo.dev/link/v1.0/
 */
export function linkedDirectiveName(
  { definitions }: DocumentNode,
  { spec, name }: DirectiveOfSpec,
): string | undefined {
  const link = definitions
    .flatMap((definition) =>
      definition.kind === Kind.SCHEMA_DEFINITION || definition.kind === Kind.SCHEMA_EXTENSION
        ? (definition.directives ?? [])
        : [],
    )
    .find(
      (directive) => directive.name.value === "link" && stringArgument(directive, "url")?.startsWith(spec),
    );
  if (!link) return undefined;
  const imported = importsOf(link).find((each) => each.name === `@${name}`);
  if (imported) return imported.as.slice(1);
  const specName = stringArgument(link, "as") ?? spec.split("/").at(-2) ?? "";
  return specName === name ? name : `${specName}__${name}`;
}

function importsOf(link: ConstDirectiveNode): { name: string; as: string }[] {
  const value = link.arguments?.find((argument) => argument.name.value === "import")?.value;
  const imports: unknown = value ? valueFromASTUntyped(value) : [];
  if (!Array.isArray(imports)) return [];
  return imports.flatMap((each: string | { name: string; as?: string }) =>
    typeof each === "string" ? [{ name: each, as: each }] : [{ name: each.name, as: each.as ?? each.name }],
  );
}
