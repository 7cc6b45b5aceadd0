import { GraphQLError, GraphQLScalarType, Kind, valueFromASTUntyped } from "graphql";

const isoPattern = /^\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d{1,9})?)?(Z|[+-]\d\d:\d\d)$/;

/** RFC 3339, always with a time zone. A Date in code. */
export const dateTimeScalar = new GraphQLScalarType<Date, string>({
  name: "DateTime",
  specifiedByURL: "https://scalars.graphql.org/andimarek/date-time.html",
  serialize(value) {
    const date = value instanceof Date ? value : new Date(String(value));
    if (Number.isNaN(date.getTime())) throw new GraphQLError("DateTime cannot represent what is no time");
    return date.toISOString();
  },
  parseValue: readDate,
  parseLiteral: (node) => readDate(node.kind === Kind.STRING ? node.value : undefined),
});

/** Any JSON value, passed as it is. */
export const jsonScalar = new GraphQLScalarType({
  name: "JSON",
  serialize: (value) => value,
  parseValue: (value) => value,
  parseLiteral: (node, variables) => valueFromASTUntyped(node, variables),
});

function readDate(value: unknown): Date {
  const date = new Date(typeof value === "string" && isoPattern.test(value) ? value : Number.NaN);
  if (Number.isNaN(date.getTime())) {
    throw new GraphQLError("DateTime must be as 2026-01-31T18:30:00Z, with a time zone");
  }
  return date;
}
