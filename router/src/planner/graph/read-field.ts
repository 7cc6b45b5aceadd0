import {
  booleanArgument,
  type DirectiveArguments,
  hasArgument,
  objectListArgument,
  textArgument,
} from "./directive-arguments.ts";
import type { FieldInSubgraph, FieldModel } from "./supergraph-model.ts";

/** One `@join__field`: what a single subgraph does with the field. */
export function readFieldInSubgraph(
  use: DirectiveArguments,
  field: FieldModel,
  nameVariable: () => string,
): FieldInSubgraph {
  const ownTypeText = textArgument(use, "type");
  const label = textArgument(use, "overrideLabel");
  return {
    typeText: ownTypeText ?? field.typeText,
    namedType: ownTypeText?.replaceAll(/[[\]!]/g, "") ?? field.namedType,
    external: booleanArgument(use, "external", false),
    requires: textArgument(use, "requires"),
    provides: textArgument(use, "provides"),
    usedOverridden: booleanArgument(use, "usedOverridden", false),
    overrideLabel:
      label === undefined ? undefined : { label, resolvesWhenActive: hasArgument(use, "override") },
    contextArguments: objectListArgument(use, "contextArguments").map((argument) => ({
      context: textArgument(argument, "context") ?? "",
      argument: textArgument(argument, "name") ?? "",
      typeText: textArgument(argument, "type") ?? "",
      selection: textArgument(argument, "selection") ?? "",
      variable: nameVariable(),
    })),
  };
}
