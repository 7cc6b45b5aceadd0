import {
  type ConstDirectiveNode,
  type ConstValueNode,
  type DocumentNode,
  type FieldDefinitionNode,
  isTypeDefinitionNode,
  Kind,
  parse,
  type SelectionSetNode,
  type TypeNode,
} from "graphql";
import { spellDirective } from "../supergraph/links.ts";
import { stringArgument } from "../supergraph/read-supergraph.ts";
import type { Rule } from "./rule.ts";

/** Who may see what of a supergraph. */
export interface Guards {
  typeRules(typeName: string): readonly Rule[];
  /** Those of the field, of its type, and of whatever it is computed from. */
  fieldRules(typeName: string, fieldName: string): readonly Rule[];
  field(typeName: string, fieldName: string): FieldFacts | undefined;
  /** Empty for what is no interface. */
  implementers(typeName: string): readonly string[];
}

export interface FieldFacts {
  typeName: string;
  isList: boolean;
}

/** Undefined where everybody may see everything. */
export function readGuards(supergraph: DocumentNode): Guards | undefined {
  const readRule = createRuleReader(supergraph);
  if (!readRule) return undefined;
  const reader = new GuardReader(readRule);
  for (const definition of supergraph.definitions) {
    if (!isTypeDefinitionNode(definition)) continue;
    reader.addType(definition.name.value, definition.directives);
    if (
      definition.kind === Kind.OBJECT_TYPE_DEFINITION ||
      definition.kind === Kind.INTERFACE_TYPE_DEFINITION
    ) {
      for (const { name } of definition.interfaces ?? [])
        reader.addImplementer(name.value, definition.name.value);
      for (const field of definition.fields ?? []) reader.addField(definition.name.value, field);
    }
  }
  return reader.guardsAnything ? reader : undefined;
}

type Directives = readonly ConstDirectiveNode[] | undefined;
type ReadRule = (directives: Directives) => Rule | undefined;

function createRuleReader(supergraph: DocumentNode): ReadRule | undefined {
  const authenticated = spellDirective(supergraph, "authenticated");
  const scopes = spellDirective(supergraph, "requiresScopes");
  const policies = spellDirective(supergraph, "policy");
  if (!authenticated && !scopes && !policies) return undefined;

  return function readRule(directives = []) {
    const find = (name: string | undefined) =>
      name === undefined ? undefined : directives.find((each) => each.name.value === name);
    const rule: Rule = {
      authenticated: find(authenticated) !== undefined,
      scopes: readSets(find(scopes), "scopes"),
      policies: readSets(find(policies), "policies"),
    };
    const asks = rule.authenticated || rule.scopes.length > 0 || rule.policies.length > 0;
    return asks ? rule : undefined;
  };
}

function readSets(directive: ConstDirectiveNode | undefined, argument: string): string[][] {
  const value = directive?.arguments?.find(({ name }) => name.value === argument)?.value;
  return itemsOf(value).map((set) =>
    itemsOf(set).flatMap((each) => (each.kind === Kind.STRING ? [each.value] : [])),
  );
}

function itemsOf(value: ConstValueNode | undefined): readonly ConstValueNode[] {
  return value?.kind === Kind.LIST ? value.values : [];
}

interface GuardedField extends FieldFacts {
  own: Rule | undefined;
  /** The field sets that a subgraph needs to compute it. */
  requires: readonly string[];
}

class GuardReader implements Guards {
  guardsAnything = false;
  private readonly types = new Map<string, Rule>();
  private readonly fields = new Map<string, GuardedField>();
  private readonly implementing = new Map<string, string[]>();
  private readonly resolved = new Map<string, readonly Rule[]>();

  constructor(private readonly readRule: ReadRule) {}

  addType(name: string, directives: Directives): void {
    const rule = this.noted(directives);
    if (rule) this.types.set(name, rule);
  }

  addImplementer(interfaceName: string, name: string): void {
    const names = this.implementing.get(interfaceName);
    if (names) names.push(name);
    else this.implementing.set(interfaceName, [name]);
  }

  addField(typeName: string, { name, type, directives }: FieldDefinitionNode): void {
    this.fields.set(`${typeName}.${name.value}`, {
      typeName: namedType(type),
      isList: isList(type),
      own: this.noted(directives),
      requires: readRequires(directives),
    });
  }

  typeRules(typeName: string): readonly Rule[] {
    const rule = this.types.get(typeName);
    return rule ? [rule] : none;
  }

  field(typeName: string, fieldName: string): FieldFacts | undefined {
    return this.fields.get(`${typeName}.${fieldName}`);
  }

  implementers(typeName: string): readonly string[] {
    return this.implementing.get(typeName) ?? [];
  }

  fieldRules(typeName: string, fieldName: string): readonly Rule[] {
    const key = `${typeName}.${fieldName}`;
    const known = this.resolved.get(key);
    if (known) return known;
    const field = this.fields.get(key);
    if (!field) return none;
    // What requires itself in a circle asks for no more than the others of the circle do.
    this.resolved.set(key, none);
    const rules = [
      ...(field.own ? [field.own] : []),
      ...this.typeRules(field.typeName),
      ...field.requires.flatMap((text) => this.rulesOfSet(typeName, parseFieldSet(text))),
    ];
    const unique = [...new Set(rules)];
    this.resolved.set(key, unique);
    return unique;
  }

  private rulesOfSet(typeName: string, set: SelectionSetNode): Rule[] {
    return set.selections.flatMap((selection) => {
      if (selection.kind === Kind.FRAGMENT_SPREAD) return [];
      if (selection.kind === Kind.INLINE_FRAGMENT) {
        const condition = selection.typeCondition?.name.value ?? typeName;
        return [...this.typeRules(condition), ...this.rulesOfSet(condition, selection.selectionSet)];
      }
      const fieldName = selection.name.value;
      const below = this.field(typeName, fieldName)?.typeName;
      const nested = selection.selectionSet && below ? this.rulesOfSet(below, selection.selectionSet) : [];
      return [...this.fieldRules(typeName, fieldName), ...nested];
    });
  }

  private noted(directives: Directives): Rule | undefined {
    const rule = this.readRule(directives);
    if (rule) this.guardsAnything = true;
    return rule;
  }
}

const none: readonly Rule[] = [];

function readRequires(directives: Directives): string[] {
  return (directives ?? []).flatMap((directive) => {
    const set = directive.name.value === "join__field" ? stringArgument(directive, "requires") : undefined;
    return set === undefined ? [] : [set];
  });
}

function parseFieldSet(text: string): SelectionSetNode {
  const [definition] = parse(`{${text}}`, { noLocation: true }).definitions;
  if (definition?.kind !== Kind.OPERATION_DEFINITION) throw new Error(`not a field set: ${text}`);
  return definition.selectionSet;
}

function namedType(type: TypeNode): string {
  return type.kind === Kind.NAMED_TYPE ? type.name.value : namedType(type.type);
}

function isList(type: TypeNode): boolean {
  return type.kind === Kind.NON_NULL_TYPE ? isList(type.type) : type.kind === Kind.LIST_TYPE;
}
