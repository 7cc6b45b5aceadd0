import {
  doTypesOverlap,
  type GraphQLCompositeType,
  type GraphQLField,
  type GraphQLObjectType,
  type GraphQLOutputType,
  type GraphQLSchema,
  getNamedType,
  isAbstractType,
  isCompositeType,
  isListType,
  isNonNullType,
  isUnionType,
} from "graphql";
import type { Random } from "../random.ts";
import type { GraphQLRequest } from "../world/subgraph-server.ts";
import { argumentsText } from "./generate-arguments.ts";
import { OperationDraft } from "./operation-draft.ts";

export interface OperationLimits {
  depth: number;
  fields: number;
  /** How many objects one selection may be answered for, by estimate. */
  objects: number;
}

const LIST_GROWTH = 1.7;

interface Place {
  type: GraphQLCompositeType;
  depth: number;
  objects: number;
}

/** A random request. Nearly always valid; the caller checks. */
export function generateOperation(
  schema: GraphQLSchema,
  random: Random,
  limits: OperationLimits,
): Required<GraphQLRequest> {
  const draft = new OperationDraft(schema, random, limits);
  const main = operationText(draft, "Main");
  const variables = { ...draft.variableValues };
  const texts = [main];
  if (random.chance(0.08)) texts.push(operationText(draft, "Other"));
  const query = [...random.shuffled(texts), ...draft.fragments.map((fragment) => fragment.text)].join("\n");
  return { query, variables, operationName: "Main" };
}

function operationText(draft: OperationDraft, name: string): string {
  draft.startOperation();
  const { schema, random, limits } = draft;
  const mutation = schema.getMutationType();
  const root: GraphQLObjectType = mutation && random.chance(0.12) ? mutation : schema.getQueryType()!;
  const kind = root === mutation ? "mutation" : "query";
  const selections = selectionSet(draft, { type: root, depth: limits.depth, objects: 1 });
  const definitions = draft.variableDefinitions.length > 0 ? `(${draft.variableDefinitions.join(", ")})` : "";
  return `${kind} ${name}${definitions} ${selections}`;
}

function selectionSet(draft: OperationDraft, place: Place): string {
  const { random } = draft;
  const count = random.between(1, place.depth === draft.limits.depth ? 4 : 5);
  const selections: string[] = [];
  for (let i = 0; i < count && draft.hasBudget; i++) selections.push(selection(draft, place));
  if (selections.length === 0 || random.chance(0.15)) selections.push(typenameText(draft));
  return `{ ${selections.join(" ")} }`;
}

function selection(draft: OperationDraft, place: Place): string {
  const { random } = draft;
  const roll = random.fraction();
  const fragmentShare = isAbstractType(place.type) ? 0.5 : 0.15;
  if (isUnionType(place.type) ? roll < 0.85 : roll < fragmentShare) return fragment(draft, place);
  if (isUnionType(place.type) || roll > 0.97) return typenameText(draft);
  return fieldText(draft, place);
}

function fragment(draft: OperationDraft, place: Place): string {
  const { random } = draft;
  const known = draft.reusableFragments.filter((fragment) =>
    doTypesOverlap(draft.schema, fragment.type, place.type),
  );
  if (known.length > 0 && random.chance(0.25)) return `...${random.pick(known).name}${draft.directives()}`;
  const type = random.chance(0.25) ? place.type : random.pick(draft.overlappingTypes(place.type));
  if (random.chance(0.3)) {
    const depth = Math.min(place.depth, 3);
    return `...${draft.addFragment(type, () => selectionSet(draft, { ...place, depth, type }))}${draft.directives()}`;
  }
  const condition = type === place.type && random.chance(0.5) ? "" : ` on ${type.name}`;
  return `...${condition}${draft.directives()} ${selectionSet(draft, { ...place, type })}`;
}

function fieldText(draft: OperationDraft, place: Place): string {
  const { random } = draft;
  if (isUnionType(place.type)) return typenameText(draft);
  const fields = Object.values(place.type.getFields()).filter((field) => isAffordable(draft, place, field));
  if (fields.length === 0) return typenameText(draft);
  draft.spend();
  const composites = fields.filter((field) => isCompositeType(getNamedType(field.type)));
  const field = composites.length > 0 && random.chance(0.45) ? random.pick(composites) : random.pick(fields);
  const values = argumentsText(draft, field);
  const alias = draft.alias({ field, values, siblings: fields });
  const text = `${alias}${field.name}${values}${draft.directives()}`;
  const type = getNamedType(field.type);
  if (!isCompositeType(type)) return text;
  const objects = place.objects * (isList(field.type) ? LIST_GROWTH : 1);
  return `${text} ${selectionSet(draft, { type, depth: place.depth - 1, objects })}`;
}

function isAffordable(draft: OperationDraft, place: Place, field: GraphQLField<unknown, unknown>): boolean {
  if (!isCompositeType(getNamedType(field.type))) return true;
  if (place.depth <= 1) return false;
  return !isList(field.type) || place.objects * LIST_GROWTH < draft.limits.objects;
}

function typenameText({ random, directives }: OperationDraft): string {
  const alias = random.chance(0.2) ? "kind: " : "";
  return `${alias}__typename${random.chance(0.05) ? directives() : ""}`;
}

function isList(type: GraphQLOutputType): boolean {
  return isNonNullType(type) ? isList(type.ofType) : isListType(type);
}
