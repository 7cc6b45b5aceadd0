import {
  type FieldNode,
  type FragmentDefinitionNode,
  Kind,
  type OperationDefinitionNode,
  parse,
  type SelectionSetNode,
} from "graphql";
import { compileArgument, type Score, sum } from "./argument-cost.ts";
import { CostError } from "./cost-error.ts";
import type { CostField, CostSchema } from "./cost-schema.ts";
import { compileListSizer, type ListSizer, largestSize } from "./list-sizer.ts";

export interface OperationCostOptions {
  schema: CostSchema;
  /** How long a list is taken to be where nothing says it. */
  listSize: number;
}

const mutationCost = 10;

/** What an operation for a subgraph costs at most, as a function of its variables. */
export function compileOperationCost(text: string, options: OperationCostOptions): Score {
  const { definitions } = parse(text, { noLocation: true });
  const operation = definitions.find((each) => each.kind === Kind.OPERATION_DEFINITION);
  if (!operation) throw new Error("a fetch has no operation");
  const fragments = definitions.filter((each) => each.kind === Kind.FRAGMENT_DEFINITION);
  return new CostCompiler(options, fragments).compile(operation);
}

/** The list sizes that the fields around a selection set speak of. */
interface Surroundings {
  typeName: string;
  own: readonly ListSizer[];
  inherited: readonly ListSizer[];
}

interface FieldSizers {
  around: Surroundings;
  own: readonly ListSizer[];
  inherited: readonly ListSizer[];
}

class CostCompiler {
  private readonly fragments: ReadonlyMap<string, FragmentDefinitionNode>;

  constructor(
    private readonly options: OperationCostOptions,
    fragments: readonly FragmentDefinitionNode[],
  ) {
    this.fragments = new Map(fragments.map((fragment) => [fragment.name.value, fragment]));
  }

  compile({ operation, selectionSet }: OperationDefinitionNode): Score {
    const typeName = this.options.schema.rootType(operation);
    const selected = this.selections(selectionSet, { typeName, own: [], inherited: [] });
    return sum(operation === "mutation" ? mutationCost : 0, [selected]) ?? (() => 0);
  }

  private selections({ selections }: SelectionSetNode, around: Surroundings): Score | undefined {
    return sum(
      0,
      selections.map((selection) => {
        if (selection.kind === Kind.FIELD) return this.field(selection, around);
        const fragment =
          selection.kind === Kind.FRAGMENT_SPREAD ? this.fragments.get(selection.name.value) : selection;
        const typeName = fragment?.typeCondition?.name.value ?? around.typeName;
        return fragment && this.selections(fragment.selectionSet, { ...around, typeName });
      }),
    );
  }

  private field(field: FieldNode, around: Surroundings): Score | undefined {
    const name = field.name.value;
    if (name === "__typename" || isLeftOut(field)) return undefined;
    const definition = this.definitionOf(around.typeName, name);
    const sizers = [...around.own, ...around.inherited];
    const inherited = sizers.flatMap(({ size, sizedFields }) => {
      const below = sizedFields?.below(name);
      return below ? [{ size, sizedFields: below }] : [];
    });
    const own = definition.listSizes.map((listSize) => compileListSizer(listSize, field, definition));
    const selected =
      field.selectionSet &&
      this.selections(field.selectionSet, { typeName: definition.typeName, own, inherited });
    const instance = sum(definition.weight, [selected]);
    const inputs = (field.arguments ?? []).map(({ name: argument, value }) =>
      compileArgument(value, definition.inputs.get(argument.value), this.options.schema),
    );
    if (!instance || !definition.isList) return sum(0, [instance, ...own.map(checkOnly), ...inputs]);
    const count = this.compileCount(name, { around, own, inherited });
    return sum(0, [(variables) => count(variables) * instance(variables), ...inputs]);
  }

  /** How long a list is. */
  private compileCount(name: string, { around, own, inherited }: FieldSizers): Score {
    const { listSize } = this.options;
    const sizedByParent = sizesOf(around.own, name);
    const sizedByFurther = sizesOf(around.inherited, name);
    const expected = [...own, ...inherited].map(({ size }) => size);
    if (sizedByParent.length + sizedByFurther.length + expected.length === 0) return () => listSize;
    return function countInstances(variables) {
      // First, as it also checks the slicing arguments.
      const known = largestSize(expected, variables);
      return (
        largestSize(sizedByParent, variables) ?? largestSize(sizedByFurther, variables) ?? known ?? listSize
      );
    };
  }

  private definitionOf(typeName: string, name: string): CostField {
    const definition = this.options.schema.field(typeName, name);
    if (definition) return definition;
    if (name === "_entities") return entities;
    throw new CostError(`Field ${name} was found in query, but its type is missing from the schema.`);
  }
}

/** The lookup of entities, which every subgraph has and no supergraph. */
const entities: CostField = {
  typeName: "_Entity",
  isList: true,
  weight: 1,
  isWeighted: false,
  listSizes: [],
  inputs: new Map(),
};

/** Literal conditions only: for a variable either may come. */
function isLeftOut({ directives }: FieldNode): boolean {
  return (directives ?? []).some(({ name, arguments: given }) => {
    const condition = given?.find((argument) => argument.name.value === "if")?.value;
    if (condition?.kind !== Kind.BOOLEAN) return false;
    return name.value === "skip" ? condition.value : name.value === "include" && !condition.value;
  });
}

/** A field that is no list, whose slicing arguments must be right all the same. */
function checkOnly({ size }: ListSizer): Score {
  return (variables) => {
    size(variables);
    return 0;
  };
}

function sizesOf(sizers: readonly ListSizer[], fieldName: string): ListSizer["size"][] {
  return sizers.filter(({ sizedFields }) => sizedFields?.has(fieldName)).map(({ size }) => size);
}
