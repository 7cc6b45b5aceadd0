import {
  BREAK,
  type DocumentNode,
  type FieldNode,
  type FragmentDefinitionNode,
  type GraphQLCompositeType,
  type GraphQLField,
  type GraphQLSchema,
  getNamedType,
  isAbstractType,
  isCompositeType,
  isObjectType,
  Kind,
  type OperationDefinitionNode,
  type SelectionSetNode,
  valueFromASTUntyped,
  visit,
} from "graphql";
import { type CachePolicy, restrict } from "./policy.ts";
import { hintOfField, hintOfType, type SchemaHint } from "./read-hints.ts";

export type FoldPolicy = (variables: Readonly<Record<string, unknown>>) => CachePolicy;

/**
 * An operation's policy, by Apollo's rules: each field restricts the whole, a root field or one of a composite type
 * without maxAge counts as 0, others follow their parent.
 * https://www.apollographql.com/docs/apollo-server/performance/caching
 *
 * It is folded from the document rather than from the fields that ran: fields under a null or an empty list count too,
 * so an answer may be kept for a shorter time than Apollo Server would say, never for longer.
 */
export function compileFold(options: {
  schema: GraphQLSchema;
  document: DocumentNode;
  operation: OperationDefinitionNode;
}): FoldPolicy {
  const { schema, document, operation } = options;
  const root = schema.getRootType(operation.operation);
  if (operation.operation !== "query" || !root) return () => noStore;
  const fold: FoldPolicy = (variables) => {
    const walk = new PolicyWalk(schema, document, variables);
    walk.visit(operation.selectionSet, { type: root, isRoot: true });
    return walk.policy;
  };
  if (hasConditions(document) || mayReadEntities(operation)) return fold;
  const policy = fold({});
  return () => policy;
}

const noStore: CachePolicy = { maxAge: 0, scope: "PUBLIC" };

function hasConditions(document: DocumentNode): boolean {
  let found = false;
  visit(document, {
    Directive({ name }) {
      if (name.value !== "skip" && name.value !== "include") return undefined;
      found = true;
      return BREAK;
    },
  });
  return found;
}

/** The policy of `_entities` is that of the types which are asked for, and those stand in the variables. */
function mayReadEntities({ selectionSet }: OperationDefinitionNode): boolean {
  return selectionSet.selections.some(
    (selection) => selection.kind !== Kind.FIELD || selection.name.value === "_entities",
  );
}

interface Parent {
  type: GraphQLCompositeType;
  isRoot?: boolean;
}

class PolicyWalk {
  policy: CachePolicy = { maxAge: Infinity, scope: "PUBLIC" };
  private readonly fragments = new Map<string, FragmentDefinitionNode>();

  constructor(
    private readonly schema: GraphQLSchema,
    document: DocumentNode,
    private readonly variables: Readonly<Record<string, unknown>>,
  ) {
    for (const definition of document.definitions) {
      if (definition.kind === Kind.FRAGMENT_DEFINITION) this.fragments.set(definition.name.value, definition);
    }
  }

  visit(selectionSet: SelectionSetNode, parent: Parent): void {
    for (const selection of selectionSet.selections) {
      if (!this.isIncluded(selection.directives)) continue;
      if (selection.kind === Kind.FIELD) {
        this.visitField(selection, parent);
        continue;
      }
      const fragment =
        selection.kind === Kind.FRAGMENT_SPREAD ? this.fragments.get(selection.name.value) : selection;
      const condition = fragment?.typeCondition?.name.value;
      const type = condition === undefined ? parent.type : this.schema.getType(condition);
      if (fragment && isCompositeType(type)) this.visit(fragment.selectionSet, { ...parent, type });
    }
  }

  private visitField(node: FieldNode, parent: Parent): void {
    const name = node.name.value;
    if (name.startsWith("__")) return;
    for (const field of this.fieldsNamed(name, parent.type)) {
      this.restrictBy(node, field, parent.isRoot === true);
    }
    const [field] = this.fieldsNamed(name, parent.type);
    const type = field && getNamedType(field.type);
    if (node.selectionSet && isCompositeType(type)) this.visit(node.selectionSet, { type });
  }

  /** Of an abstract type every possible type's field counts, as it may be the one that runs. */
  private fieldsNamed(name: string, type: GraphQLCompositeType): GraphQLField<unknown, unknown>[] {
    const types = isAbstractType(type) ? this.schema.getPossibleTypes(type) : [type];
    return types.flatMap((possible) => (isObjectType(possible) ? (possible.getFields()[name] ?? []) : []));
  }

  private restrictBy(node: FieldNode, field: GraphQLField<unknown, unknown>, isRoot: boolean): void {
    if (isRoot && field.name === "_service") return;
    const type = getNamedType(field.type);
    const hint = isRoot && field.name === "_entities" ? this.entityHint(node) : fieldPolicy(field);
    this.policy = restrict(this.policy, hint);
    const inherits = isCompositeType(type) ? hint.inheritMaxAge === true : !isRoot;
    if (hint.maxAge === undefined && !inherits) this.policy = restrict(this.policy, { maxAge: 0 });
  }

  private entityHint(node: FieldNode): SchemaHint {
    const value = node.arguments?.find(({ name }) => name.value === "representations")?.value;
    const representations = value ? valueFromASTUntyped(value, { ...this.variables }) : [];
    const names = new Set((Array.isArray(representations) ? representations : []).map(typeNameOf));
    let hint: SchemaHint = {};
    for (const name of names) {
      const type = this.schema.getType(name);
      const { maxAge = 0, scope } = type ? hintOfType(type) : {};
      hint = {
        maxAge: Math.min(hint.maxAge ?? maxAge, maxAge),
        ...(scope && { scope }),
        ...keepPrivate(hint),
      };
    }
    return hint;
  }

  private isIncluded(directives: FieldNode["directives"] = []): boolean {
    return directives.every(({ name, arguments: given = [] }) => {
      if (name.value !== "skip" && name.value !== "include") return true;
      const value = given[0] && valueFromASTUntyped(given[0].value, { ...this.variables });
      return name.value === "skip" ? value !== true : value !== false;
    });
  }
}

function fieldPolicy(field: GraphQLField<unknown, unknown>): SchemaHint {
  const type = getNamedType(field.type);
  const ofType = isCompositeType(type) ? hintOfType(type) : {};
  const ofField = hintOfField(field);
  // A field that inherits takes neither part in nor away from what its type says.
  if (ofField.inheritMaxAge && ofType.maxAge === undefined) return { ...ofType, ...ofField };
  const { inheritMaxAge: _, ...own } = ofField;
  return { ...ofType, ...own };
}

function keepPrivate({ scope }: SchemaHint): SchemaHint {
  return scope === "PRIVATE" ? { scope } : {};
}

function typeNameOf(representation: unknown): string {
  return String((representation as { __typename?: unknown } | null)?.__typename);
}
