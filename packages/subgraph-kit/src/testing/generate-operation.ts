import {
  type GraphQLArgument,
  type GraphQLCompositeType,
  type GraphQLField,
  type GraphQLInputType,
  type GraphQLSchema,
  getNamedType,
  isAbstractType,
  isCompositeType,
  isEnumType,
  isInputObjectType,
  isListType,
  isNonNullType,
  isUnionType,
} from "graphql";

export type Random = () => number;

/** Mulberry32: small, and the same everywhere, so that a seed says everything. */
export function seededRandom(seed: number): Random {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

export interface GeneratedOperation {
  text: string;
  variables: Record<string, unknown>;
}

const depthMax = 4;

/** A valid operation with aliases, fragments, conditions, arguments in the text and in variables. */
export function generateOperation(schema: GraphQLSchema, random: Random): GeneratedOperation {
  const variables: Record<string, unknown> = {};
  const definitions: string[] = [];
  const fragments: string[] = [];
  let aliases = 0;
  const chance = (share: number) => random() < share;
  const pick = <T>(values: readonly T[]): T => values[Math.floor(random() * values.length)] as T;

  const mutation = schema.getMutationType();
  const isMutation = mutation !== undefined && mutation !== null && chance(0.1);
  const root = isMutation ? mutation : schema.getQueryType()!;
  const body = selectionSet(root, depthMax);
  const head = definitions.length > 0 ? ` Generated(${definitions.join(", ")})` : "";
  const text = [`${isMutation ? "mutation" : "query"}${head} ${body}`, ...fragments].join("\n");
  return { text, variables };

  function selectionSet(type: GraphQLCompositeType, depth: number): string {
    const parts = chance(0.3) || isUnionType(type) ? ["__typename"] : [];
    if (isAbstractType(type)) {
      for (const possible of schema.getPossibleTypes(type)) {
        if (chance(0.7))
          parts.push(`... on ${possible.name}${condition()} ${selectionSet(possible, depth - 1)}`);
      }
    }
    if (!isUnionType(type)) {
      const fields = Object.values(type.getFields()).filter(({ name }) => !name.startsWith("_"));
      const usable = fields.filter((field) => depth > 0 || !isCompositeType(getNamedType(field.type)));
      const wanted = 1 + Math.floor(random() * Math.min(4, usable.length));
      for (let index = 0; index < wanted; index++) parts.push(field(pick(usable), depth));
      if (chance(0.2)) parts.push(fragmentSpread(type.name, depth));
    }
    return `{ ${parts.length > 0 ? parts.join(" ") : "__typename"} }`;
  }

  function fragmentSpread(type: string, depth: number): string {
    const composite = schema.getType(type) as GraphQLCompositeType;
    const name = `Part${fragments.length + 1}`;
    // Its place is taken first: its own fragments come after it.
    const place = fragments.push("") - 1;
    fragments[place] = `fragment ${name} on ${type} ${selectionSet(composite, depth - 1)}`;
    return `...${name}${condition()}`;
  }

  /** Every field has an alias of its own: two of one name with different arguments would be invalid. */
  function field({ name, args: parameters, type }: GraphQLField<unknown, unknown>, depth: number): string {
    aliases += 1;
    const given = parameters.filter((parameter) => isRequired(parameter) || chance(0.5)).map(argument);
    const values = given.length > 0 ? `(${given.join(", ")})` : "";
    const named = getNamedType(type);
    const below = isCompositeType(named) ? ` ${selectionSet(named, depth - 1)}` : "";
    return `f${aliases}: ${name}${values}${condition()}${below}`;
  }

  function argument({ name, type }: GraphQLArgument): string {
    const value = valueOfType(type);
    if (!chance(0.4)) return `${name}: ${literal(value, type)}`;
    const variable = `v${definitions.length + 1}`;
    definitions.push(`$${variable}: ${type}`);
    variables[variable] = value;
    return `${name}: $${variable}`;
  }

  function condition(): string {
    if (!chance(0.15)) return "";
    const directive = chance(0.5) ? "skip" : "include";
    if (chance(0.5)) return ` @${directive}(if: ${chance(0.5)})`;
    const variable = `v${definitions.length + 1}`;
    definitions.push(`$${variable}: Boolean!`);
    variables[variable] = chance(0.5);
    return ` @${directive}(if: $${variable})`;
  }

  function valueOfType(type: GraphQLInputType): unknown {
    if (isNonNullType(type)) return valueOfType(type.ofType);
    if (isListType(type))
      return Array.from({ length: Math.floor(random() * 3) }, () => valueOfType(type.ofType));
    if (isEnumType(type)) return pick(type.getValues()).name;
    if (isInputObjectType(type)) {
      const fields = Object.values(type.getFields()).filter(() => chance(0.6));
      return Object.fromEntries(fields.map((each) => [each.name, valueOfType(each.type)]));
    }
    switch (type.name) {
      case "Int":
        return Math.floor(random() * 4);
      case "Float":
        return Math.floor(random() * 40) / 10;
      case "Boolean":
        return chance(0.5);
      default:
        return String(1 + Math.floor(random() * 4));
    }
  }

  function literal(value: unknown, type: GraphQLInputType): string {
    if (isNonNullType(type)) return literal(value, type.ofType);
    if (isListType(type))
      return `[${(value as unknown[]).map((item) => literal(item, type.ofType)).join(", ")}]`;
    if (isEnumType(type)) return String(value);
    if (!isInputObjectType(type)) return JSON.stringify(value);
    const members = Object.entries(value as object).map(([name, member]) => {
      const memberType = type.getFields()[name]!.type;
      return `${name}: ${literal(member, memberType)}`;
    });
    return `{ ${members.join(", ")} }`;
  }
}

function isRequired({ type, defaultValue }: GraphQLArgument): boolean {
  return isNonNullType(type) && defaultValue === undefined;
}
