import type { DirectiveNode, DocumentNode } from "graphql";
import { stringArgument } from "./read-supergraph.ts";

/** A specification that the supergraph names with `@link` (https://specs.apollo.dev/link/v1.0). */
export interface Link {
  /** The specification's own name, such as `join`. */
  name: string;
  /** What its names begin with here. */
  prefix: string;
  /** From what the specification calls it to what it is called here; directives with their `@`. */
  imports: ReadonlyMap<string, string>;
}

export function readLinks(supergraph: DocumentNode): Link[] {
  return schemaDirectives(supergraph).flatMap((link) => {
    const url = stringArgument(link, "url") ?? stringArgument(link, "feature");
    if (!url) return [];
    const name = /\/([^/]+)\/v[\d.]+\/?$/.exec(url)?.[1] ?? url.split("/").at(-1) ?? url;
    return [{ name, prefix: stringArgument(link, "as") ?? name, imports: new Map(readImports(link)) }];
  });
}

/** How a directive of a linked specification is spelled here; undefined where that is not linked. */
export function spellDirective(
  supergraph: DocumentNode,
  name: string,
  specification = name,
): string | undefined {
  const link = readLinks(supergraph).find((each) => each.name === specification);
  const unimported = name === specification ? link?.prefix : `${link?.prefix}__${name}`;
  return link && (link.imports.get(`@${name}`)?.slice(1) ?? unimported);
}

function schemaDirectives(supergraph: DocumentNode): DirectiveNode[] {
  return supergraph.definitions.flatMap((definition) =>
    definition.kind === "SchemaDefinition" || definition.kind === "SchemaExtension"
      ? (definition.directives ?? []).filter(({ name }) => name.value === "link" || name.value === "core")
      : [],
  );
}

function readImports(link: DirectiveNode): [name: string, as: string][] {
  const imports = link.arguments?.find((argument) => argument.name.value === "import")?.value;
  if (imports?.kind !== "ListValue") return [];
  return imports.values.flatMap((value): [string, string][] => {
    if (value.kind === "StringValue") return [[value.value, value.value]];
    if (value.kind !== "ObjectValue") return [];
    const fields = Object.fromEntries(
      value.fields.flatMap((field) =>
        field.value.kind === "StringValue" ? [[field.name.value, field.value.value]] : [],
      ),
    ) as Record<string, string>;
    return fields.name ? [[fields.name, fields.as ?? fields.name]] : [];
  });
}
