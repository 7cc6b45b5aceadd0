import { type FieldNode, type FragmentDefinitionNode, Kind, parse, type SelectionSetNode } from "graphql";
import { isJsonObject, type JsonObject, type JsonValue } from "../json.ts";
import { compileArgument, type Score, sum } from "./argument-cost.ts";
import type { CostField, CostSchema } from "./cost-schema.ts";

/** What an answer did cost: every object in it, and every argument as often as its field was answered. */
export interface AnswerCost {
  /** Whether the same answer costs the same whatever the variables were. */
  readonly isFixed: boolean;
  score(data: JsonObject, variables: JsonObject): number;
}

/** For an operation as a subgraph, or the client, has sent it. */
export function compileAnswerCost(text: string, schema: CostSchema): AnswerCost {
  const { definitions } = parse(text, { noLocation: true });
  const compiler = new AnswerCostCompiler(
    schema,
    definitions.filter((each) => each.kind === Kind.FRAGMENT_DEFINITION),
  );
  const operation = definitions.find((each) => each.kind === Kind.OPERATION_DEFINITION);
  const fields = operation
    ? compiler.selections(operation.selectionSet, schema.rootType(operation.operation))
    : [];
  return {
    isFixed: !compiler.readsVariables,
    score: (data, variables) => scoreObject(data, fields, variables),
  };
}

interface AnswerField {
  key: string;
  definition: CostField | undefined;
  fields: readonly AnswerField[];
  inputs: Score | undefined;
}

class AnswerCostCompiler {
  readsVariables = false;
  private readonly fragments: ReadonlyMap<string, FragmentDefinitionNode>;

  constructor(
    private readonly schema: CostSchema,
    fragments: readonly FragmentDefinitionNode[],
  ) {
    this.fragments = new Map(fragments.map((fragment) => [fragment.name.value, fragment]));
  }

  /** Fields of all fragments: which of them an object has is seen by what it has. */
  selections({ selections }: SelectionSetNode, typeName: string): AnswerField[] {
    return selections.flatMap((selection) => {
      if (selection.kind === Kind.FIELD) return this.field(selection, typeName);
      const fragment =
        selection.kind === Kind.FRAGMENT_SPREAD ? this.fragments.get(selection.name.value) : selection;
      if (!fragment) return [];
      return this.selections(fragment.selectionSet, fragment.typeCondition?.name.value ?? typeName);
    });
  }

  private field({ name, alias, selectionSet, arguments: given }: FieldNode, typeName: string): AnswerField[] {
    if (name.value === "__typename") return [];
    const definition = this.schema.field(typeName, name.value);
    if (!definition && name.value !== "_entities") return [];
    const inputs = sum(
      0,
      (given ?? []).map(({ name: argument, value }) => {
        if (definition && hasVariable(value)) this.readsVariables = true;
        return compileArgument(value, definition?.inputs.get(argument.value), this.schema);
      }),
    );
    const fields = selectionSet ? this.selections(selectionSet, definition?.typeName ?? "_Entity") : [];
    return [{ key: alias?.value ?? name.value, definition, fields, inputs }];
  }
}

function hasVariable(value: unknown): boolean {
  return JSON.stringify(value).includes(`"kind":"${Kind.VARIABLE}"`);
}

function scoreObject(object: JsonObject, fields: readonly AnswerField[], variables: JsonObject): number {
  let total = 0;
  for (const field of fields) {
    const value = object[field.key];
    if (value === undefined) continue;
    total += scoreValue(value, field, variables);
    if (field.inputs) total += field.inputs(variables);
  }
  return total;
}

function scoreValue(value: JsonValue, field: AnswerField, variables: JsonObject): number {
  if (Array.isArray(value)) {
    let total = 0;
    for (const item of value) total += scoreValue(item, field, variables);
    return total;
  }
  const { definition, fields } = field;
  const given = definition?.isWeighted ? definition.weight : undefined;
  return isJsonObject(value) ? (given ?? 1) + scoreObject(value, fields, variables) : (given ?? 0);
}
