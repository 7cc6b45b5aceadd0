import {
  type ConstDirectiveNode,
  type ConstValueNode,
  type DocumentNode,
  type FieldDefinitionNode,
  type InputValueDefinitionNode,
  Kind,
  type TypeDefinitionNode,
  type TypeNode,
  valueFromASTUntyped,
} from "graphql";
import { spellDirective } from "../supergraph/links.ts";
import { readSizedFields, type SizedFields } from "./sized-fields.ts";

/** What the supergraph says about costs. */
export interface CostSchema {
  rootType(kind: "query" | "mutation" | "subscription"): string;
  field(typeName: string, fieldName: string): CostField | undefined;
  inputField(typeName: string, fieldName: string): CostInput | undefined;
}

export interface CostField {
  typeName: string;
  isList: boolean;
  /** Of one instance, without what is selected in it. */
  weight: number;
  /** Whether `weight` was given with `@cost`. */
  isWeighted: boolean;
  listSizes: readonly ListSize[];
  inputs: ReadonlyMap<string, CostInput>;
}

export interface CostInput {
  typeName: string;
  /** Whether values are objects, each of whose fields counts. */
  isObject: boolean;
  /** As given with `@cost`. */
  weight: number | undefined;
  defaultValue: ConstValueNode | undefined;
}

/** A `@listSize`. */
export interface ListSize {
  assumedSize: number | undefined;
  /** Paths into arguments, such as `["page", "first"]`. */
  slicingArguments: readonly (readonly string[])[] | undefined;
  requiresOne: boolean;
  sizedFields: SizedFields | undefined;
}

export function readCostSchema(document: DocumentNode): CostSchema {
  return new SupergraphCosts(document);
}

class SupergraphCosts implements CostSchema {
  private readonly costName: string | undefined;
  private readonly listSizeName: string | undefined;
  private readonly types = new Map<string, TypeDefinitionNode>();
  private readonly roots = new Map<string, string>();
  private readonly fields = new Map<string, CostField | undefined>();
  private readonly inputFields = new Map<string, CostInput | undefined>();

  constructor(document: DocumentNode) {
    this.costName = spellDirective(document, "cost");
    this.listSizeName = spellDirective(document, "listSize", "cost");
    for (const definition of document.definitions) {
      if ("name" in definition && definition.name && isTypeDefinition(definition)) {
        this.types.set(definition.name.value, definition);
      }
      if (definition.kind === Kind.SCHEMA_DEFINITION) {
        for (const { operation, type } of definition.operationTypes)
          this.roots.set(operation, type.name.value);
      }
    }
  }

  rootType(kind: "query" | "mutation" | "subscription"): string {
    return this.roots.get(kind) ?? `${kind[0]!.toUpperCase()}${kind.slice(1)}`;
  }

  field(typeName: string, fieldName: string): CostField | undefined {
    return remember(this.fields, `${typeName}.${fieldName}`, () => {
      const type = this.types.get(typeName);
      if (type?.kind !== Kind.OBJECT_TYPE_DEFINITION && type?.kind !== Kind.INTERFACE_TYPE_DEFINITION) {
        return undefined;
      }
      const field = type.fields?.find(({ name }) => name.value === fieldName);
      return field && this.readField(field);
    });
  }

  inputField(typeName: string, fieldName: string): CostInput | undefined {
    return remember(this.inputFields, `${typeName}.${fieldName}`, () => {
      const type = this.types.get(typeName);
      if (type?.kind !== Kind.INPUT_OBJECT_TYPE_DEFINITION) return undefined;
      const field = type.fields?.find(({ name }) => name.value === fieldName);
      return field && this.readInput(field);
    });
  }

  private readField({ type, directives, arguments: inputs }: FieldDefinitionNode): CostField {
    const typeName = namedType(type);
    const given = this.weightOf(directives, typeName);
    return {
      typeName,
      isList: isList(type),
      weight: given ?? (this.isComposite(typeName) ? 1 : 0),
      isWeighted: given !== undefined,
      listSizes: (directives ?? []).filter(({ name }) => name.value === this.listSizeName).map(readListSize),
      inputs: new Map((inputs ?? []).map((input) => [input.name.value, this.readInput(input)])),
    };
  }

  private readInput({ type, directives, defaultValue }: InputValueDefinitionNode): CostInput {
    const typeName = namedType(type);
    return {
      typeName,
      isObject: this.types.get(typeName)?.kind === Kind.INPUT_OBJECT_TYPE_DEFINITION,
      weight: this.weightOf(directives, typeName),
      defaultValue,
    };
  }

  /** A field or argument without a weight of its own has its type's. */
  private weightOf(
    directives: readonly ConstDirectiveNode[] | undefined,
    typeName: string,
  ): number | undefined {
    for (const some of [directives, this.types.get(typeName)?.directives]) {
      const cost = some?.find(({ name }) => name.value === this.costName);
      const weight = cost && argumentsOf(cost).weight;
      if (typeof weight === "number") return weight;
    }
    return undefined;
  }

  private isComposite(typeName: string): boolean {
    const kind = this.types.get(typeName)?.kind;
    return (
      kind === Kind.OBJECT_TYPE_DEFINITION ||
      kind === Kind.INTERFACE_TYPE_DEFINITION ||
      kind === Kind.UNION_TYPE_DEFINITION
    );
  }
}

function readListSize(directive: ConstDirectiveNode): ListSize {
  const { assumedSize, slicingArguments, sizedFields, requireOneSlicingArgument } = argumentsOf(directive);
  return {
    assumedSize: typeof assumedSize === "number" ? assumedSize : undefined,
    slicingArguments: Array.isArray(slicingArguments)
      ? slicingArguments.map((path) => String(path).split("."))
      : undefined,
    requiresOne: requireOneSlicingArgument !== false,
    sizedFields: Array.isArray(sizedFields) ? readSizedFields(sizedFields.map(String)) : undefined,
  };
}

function argumentsOf({ arguments: given }: ConstDirectiveNode): Record<string, unknown> {
  return Object.fromEntries((given ?? []).map(({ name, value }) => [name.value, valueFromASTUntyped(value)]));
}

function isTypeDefinition(definition: { kind: Kind }): definition is TypeDefinitionNode {
  return definition.kind.endsWith("TypeDefinition");
}

function namedType(type: TypeNode): string {
  return type.kind === Kind.NAMED_TYPE ? type.name.value : namedType(type.type);
}

function isList(type: TypeNode): boolean {
  return type.kind === Kind.NON_NULL_TYPE ? isList(type.type) : type.kind === Kind.LIST_TYPE;
}

function remember<Value>(known: Map<string, Value>, key: string, read: () => Value): Value {
  if (!known.has(key)) known.set(key, read());
  // The cast holds: it has just been set.
  return known.get(key) as Value;
}
