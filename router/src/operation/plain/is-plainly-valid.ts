import {
  type DocumentNode,
  type FragmentDefinitionNode,
  type GraphQLInputType,
  type GraphQLSchema,
  isInputType,
  isNonNullType,
  isTypeSubTypeOf,
  Kind,
  type OperationDefinitionNode,
  typeFromAST,
  type VariableDefinitionNode,
} from "graphql";
import { haveMergeableFields } from "../fields-can-merge.ts";
import { DefinitionCheck, type DefinitionFacts } from "./check-definition.ts";
import { isPlainValue, type VariableUse } from "./check-value.ts";
import { SchemaFacts } from "./schema-facts.ts";

/** Deeper or larger ones are valid only within bounds of their own, which the rules know. */
const depthMax = 100;
const selectionsMax = 10_000;

/**
 * Looks once at a document that is most likely valid. True only where every rule of `validateOperation` would pass;
 * false where one would not, and where that is not plain: then the rules decide, and say what is wrong.
 */
export function isPlainlyValid(schema: GraphQLSchema, document: DocumentNode): boolean {
  const operations: OperationDefinitionNode[] = [];
  const fragments = new Map<string, FragmentDefinitionNode>();
  for (const definition of document.definitions) {
    if (definition.kind === Kind.OPERATION_DEFINITION) operations.push(definition);
    else if (definition.kind !== Kind.FRAGMENT_DEFINITION) return false;
    else if (fragments.has(definition.name.value)) return false;
    else fragments.set(definition.name.value, definition);
  }
  return haveOwnNames(operations) && new DocumentCheck(schema, fragments).isPlain(operations);
}

function haveOwnNames(operations: readonly OperationDefinitionNode[]): boolean {
  const names = new Set(operations.map(({ name }) => name?.value));
  return names.size === operations.length && (operations.length === 1 || !names.has(undefined));
}

class DocumentCheck {
  private readonly facts: SchemaFacts;
  private readonly byFragment = new Map<string, DefinitionFacts>();
  private depth = 0;
  private mustMerge = false;

  constructor(
    private readonly schema: GraphQLSchema,
    private readonly fragments: ReadonlyMap<string, FragmentDefinitionNode>,
  ) {
    this.facts = SchemaFacts.of(schema);
  }

  isPlain(operations: readonly OperationDefinitionNode[]): boolean {
    for (const [name, fragment] of this.fragments) {
      const check = this.checkDefinition();
      const facts = check.check(fragment.selectionSet, fragment.typeCondition.name.value);
      if (facts === undefined || !check.arePlainDirectives(fragment.directives, "FRAGMENT_DEFINITION"))
        return false;
      this.byFragment.set(name, facts);
      this.depth += facts.depth;
    }
    const used = new Set<string>();
    return (
      operations.every((operation) => this.isPlainOperation(operation, used)) &&
      used.size === this.fragments.size
    );
  }

  private checkDefinition(): DefinitionCheck {
    const context = { schema: this.facts, fragments: this.fragments };
    return new DefinitionCheck(context, () => {
      this.mustMerge = true;
    });
  }

  private isPlainOperation(operation: OperationDefinitionNode, used: Set<string>): boolean {
    const rootType = this.schema.getRootType(operation.operation);
    if (!rootType || operation.operation === "subscription") return false;
    const check = this.checkDefinition();
    const facts = check.check(operation.selectionSet, rootType.name);
    if (facts === undefined) return false;
    const { directives, variableDefinitions = [] } = operation;
    if (!check.arePlainDirectives(directives, operation.operation.toUpperCase())) return false;
    if (facts.depth + this.depth > depthMax) return false;
    const reached = new Set<string>();
    if (!(this.sizeOf(facts, new Map(), reached) <= selectionsMax)) return false;
    const uses = [...facts.variables];
    for (const name of reached) {
      used.add(name);
      uses.push(...this.byFragment.get(name)!.variables);
    }
    return this.arePlainVariables(variableDefinitions, uses, check) && this.canMerge(operation);
  }

  /** Selections with all fragments written out; not a number where one spreads itself. */
  private sizeOf(
    { selections, spreads }: DefinitionFacts,
    sizes: Map<string, number>,
    reached: Set<string>,
  ): number {
    let size = selections;
    for (const name of spreads) {
      let below = sizes.get(name);
      if (below === undefined) {
        sizes.set(name, Number.NaN);
        reached.add(name);
        below = this.sizeOf(this.byFragment.get(name)!, sizes, reached);
        sizes.set(name, below);
      }
      size += below;
    }
    return size;
  }

  private arePlainVariables(
    definitions: readonly VariableDefinitionNode[],
    uses: readonly VariableUse[],
    check: DefinitionCheck,
  ): boolean {
    if (definitions.length === 0) return uses.length === 0;
    const types = new Map<string, { type: GraphQLInputType; hasDefault: boolean }>();
    for (const { variable, type: typeNode, defaultValue, directives } of definitions) {
      const type = typeFromAST(this.schema, typeNode);
      if (!isInputType(type) || types.has(variable.name.value)) return false;
      if (!check.arePlainDirectives(directives, "VARIABLE_DEFINITION")) return false;
      if (defaultValue && !isPlainValue(defaultValue, { type, hasDefault: false }, [])) return false;
      const hasDefault = defaultValue !== undefined && defaultValue.kind !== Kind.NULL;
      types.set(variable.name.value, { type, hasDefault });
    }
    const used = new Set<string>();
    for (const use of uses) {
      const variable = types.get(use.name);
      if (variable === undefined || !this.mayStandFor(variable, use)) return false;
      used.add(use.name);
    }
    return used.size === types.size;
  }

  /** https://spec.graphql.org/October2021/#IsVariableUsageAllowed() */
  private mayStandFor(variable: { type: GraphQLInputType; hasDefault: boolean }, use: VariableUse): boolean {
    let expected = use.type;
    if (isNonNullType(expected) && !isNonNullType(variable.type)) {
      if (!variable.hasDefault && !use.hasDefault) return false;
      expected = expected.ofType;
    }
    return isTypeSubTypeOf(this.schema, variable.type, expected);
  }

  private canMerge(operation: OperationDefinitionNode): boolean {
    return !this.mustMerge || haveMergeableFields(this.schema, this.fragments, operation);
  }
}
