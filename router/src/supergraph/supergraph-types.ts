import type { DocumentNode, TypeNode } from "graphql";

/** The types of the whole supergraph as the executor needs them, the inaccessible ones included. */
export class SupergraphTypes {
  private readonly objectTypes = new Map<string, Set<string>>();
  private readonly fields = new Map<string, FieldFacts>();

  constructor(supergraph: DocumentNode) {
    for (const definition of supergraph.definitions) {
      if (definition.kind === "UnionTypeDefinition") {
        for (const member of definition.types ?? [])
          this.addObjectType(definition.name.value, member.name.value);
      }
      if (definition.kind !== "ObjectTypeDefinition" && definition.kind !== "InterfaceTypeDefinition")
        continue;
      // Interfaces count too: an `@interfaceObject` subgraph answers the interface's own name as `__typename`.
      const name = definition.name.value;
      this.addObjectType(name, name);
      for (const implemented of definition.interfaces ?? []) this.addObjectType(implemented.name.value, name);
      for (const field of definition.fields ?? []) this.addField(name, field.name.value, field.type);
    }
  }

  /** Every `__typename` that an object may carry where `typeName` is expected. */
  possibleTypeNames(typeName: string): ReadonlySet<string> {
    return this.objectTypes.get(typeName) ?? none;
  }

  field(typeName: string, fieldName: string): FieldFacts | undefined {
    return this.fields.get(`${typeName}.${fieldName}`);
  }

  private addObjectType(typeName: string, objectTypeName: string): void {
    const names = this.objectTypes.get(typeName);
    if (names) names.add(objectTypeName);
    else this.objectTypes.set(typeName, new Set([objectTypeName]));
  }

  private addField(typeName: string, fieldName: string, type: TypeNode): void {
    this.fields.set(`${typeName}.${fieldName}`, {
      nullable: type.kind !== "NonNullType",
      typeName: namedType(type),
    });
  }
}

interface FieldFacts {
  nullable: boolean;
  /** The type's name without lists and non-null marks. */
  typeName: string;
}

function namedType(type: TypeNode): string {
  return type.kind === "NamedType" ? type.name.value : namedType(type.type);
}

const none: ReadonlySet<string> = new Set();
