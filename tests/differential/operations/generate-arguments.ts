import {
  type GraphQLArgument,
  type GraphQLField,
  type GraphQLInputField,
  type GraphQLInputType,
  isNonNullType,
} from "graphql";
import { generateValue, literalText } from "./generate-value.ts";
import type { OperationDraft } from "./operation-draft.ts";

/** `(first: 3, where: $v0)`, or nothing. */
export function argumentsText(draft: OperationDraft, field: GraphQLField<unknown, unknown>): string {
  const given = field.args.filter((argument) => isRequired(argument) || draft.random.chance(0.6));
  const texts = given.map((argument) => `${argument.name}: ${positionText(draft, argument)}`);
  return texts.length > 0 ? `(${texts.join(", ")})` : "";
}

function isRequired(argument: GraphQLArgument | GraphQLInputField): boolean {
  return isNonNullType(argument.type) && argument.defaultValue === undefined;
}

function positionText(draft: OperationDraft, argument: GraphQLArgument): string {
  const { random } = draft;
  if (random.chance(0.5)) return literalText(generateValue(random, argument.type), argument.type);
  const typeText = String(argument.type);
  const reused = random.chance(0.25) ? draft.variableOfType(typeText) : undefined;
  return reused ?? newVariable(draft, argument.type);
}

function newVariable(draft: OperationDraft, type: GraphQLInputType): string {
  const { random } = draft;
  const typeText = String(type);
  const value = generateValue(random, type);
  if (isNonNullType(type)) {
    if (!random.chance(0.2)) return draft.addVariable({ type, typeText, defaultText: "", value });
    const defaultText = ` = ${literalText(generateValue(random, type), type)}`;
    const given = random.chance(0.5) ? value : undefined;
    return draft.addVariable({ type, typeText: typeText.slice(0, -1), defaultText, value: given });
  }
  if (random.chance(0.25) && value !== null) {
    return draft.addVariable({ type, typeText: `${typeText}!`, defaultText: "", value });
  }
  const defaultText = random.chance(0.25) ? ` = ${literalText(generateValue(random, type), type)}` : "";
  return draft.addVariable({ type, typeText, defaultText, value: random.chance(0.15) ? undefined : value });
}
