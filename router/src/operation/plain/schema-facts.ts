import {
  type GraphQLArgument,
  type GraphQLField,
  type GraphQLOutputType,
  type GraphQLSchema,
  getNamedType,
  isCompositeType,
  isInterfaceType,
  isLeafType,
  isObjectType,
  isRequiredArgument,
  SchemaMetaFieldDef,
  TypeMetaFieldDef,
  TypeNameMetaFieldDef,
} from "graphql";

/** An object, an interface or a union, as selections ask about it. */
export interface CompositeFacts {
  readonly name: string;
  readonly fields: ReadonlyMap<string, FieldFacts>;
}

export interface FieldFacts {
  readonly type: GraphQLOutputType;
  readonly isLeaf: boolean;
  /** Its type without lists and non-null. */
  readonly namedType: string;
  readonly arguments: ArgumentsFacts;
}

export interface ArgumentsFacts {
  readonly byName: ReadonlyMap<string, GraphQLArgument>;
  readonly required: readonly string[];
}

export interface DirectiveFacts {
  readonly locations: ReadonlySet<string>;
  readonly isRepeatable: boolean;
  readonly arguments: ArgumentsFacts;
}

/** What a schema says of its types and directives, each read when it is first asked for. */
export class SchemaFacts {
  private static readonly known = new WeakMap<GraphQLSchema, SchemaFacts>();

  private readonly composites = new Map<string, CompositeFacts>();
  private readonly directives: ReadonlyMap<string, DirectiveFacts>;

  private constructor(readonly schema: GraphQLSchema) {
    this.directives = new Map(
      schema.getDirectives().map((directive) => [
        directive.name,
        {
          locations: new Set<string>(directive.locations),
          isRepeatable: directive.isRepeatable,
          arguments: argumentsFacts(directive.args),
        },
      ]),
    );
  }

  static of(schema: GraphQLSchema): SchemaFacts {
    let facts = SchemaFacts.known.get(schema);
    if (facts === undefined) {
      facts = new SchemaFacts(schema);
      SchemaFacts.known.set(schema, facts);
    }
    return facts;
  }

  directive(name: string): DirectiveFacts | undefined {
    return this.directives.get(name);
  }

  /** Undefined where the name is not that of a type with fields or members. */
  composite(name: string): CompositeFacts | undefined {
    const known = this.composites.get(name);
    if (known !== undefined) return known;
    const type = this.schema.getType(name);
    if (!isCompositeType(type)) return undefined;
    const fields = new Map([[TypeNameMetaFieldDef.name, fieldFacts(TypeNameMetaFieldDef)]]);
    if (isObjectType(type) || isInterfaceType(type)) {
      for (const field of Object.values(type.getFields())) fields.set(field.name, fieldFacts(field));
    }
    if (type === this.schema.getQueryType()) {
      for (const field of [SchemaMetaFieldDef, TypeMetaFieldDef]) fields.set(field.name, fieldFacts(field));
    }
    const facts = { name, fields };
    this.composites.set(name, facts);
    return facts;
  }
}

function fieldFacts({ type, args }: GraphQLField<unknown, unknown>): FieldFacts {
  const named = getNamedType(type);
  return { type, isLeaf: isLeafType(named), namedType: named.name, arguments: argumentsFacts(args) };
}

function argumentsFacts(args: readonly GraphQLArgument[]): ArgumentsFacts {
  return {
    byName: new Map(args.map((argument) => [argument.name, argument])),
    required: args.filter(isRequiredArgument).map(({ name }) => name),
  };
}
