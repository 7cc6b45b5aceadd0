import type { ASTNode, DocumentNode, GraphQLError, Token } from "graphql";
import type { GraphqlError } from "../graphql-error.ts";

/** Says what graphql-js found in Apollo Router's words, each error at the one place that Apollo Router names. */
export function writeAsApollo(errors: readonly GraphQLError[], document: DocumentNode): GraphqlError[] {
  return errors
    .map((error) => writeError(error, document))
    .sort((one, other) => (one.place?.start ?? 0) - (other.place?.start ?? 0))
    .map(({ message, place }) => ({
      message,
      ...(place && { locations: [{ line: place.line, column: place.column }] }),
      extensions: { code: "GRAPHQL_VALIDATION_FAILED" },
    }));
}

interface Placed {
  message: string;
  place: Token | undefined;
}

/** Where graphql-js says it with other words or at another place. */
interface Translation {
  pattern: RegExp;
  message?: string;
  place?: (nodes: readonly ASTNode[], document: DocumentNode) => Token | undefined;
}

const translations: readonly Translation[] = [
  {
    pattern:
      /^(Int|String|Boolean|Float|ID) cannot represent (?:non-integer|a non string|a non boolean|non numeric|a non-string and non-integer) value: (.*)$/s,
    message: "$1 cannot represent value: $2",
  },
  {
    pattern: /^Enum "(\w+)" cannot represent non-enum value: (.*)\.$/s,
    message: "$1 cannot represent value: $2",
  },
  {
    pattern: /^Expected value of type "\[*(\w+)[\]!]*", found (.*)\.$/s,
    message: "$1 cannot represent value: $2",
  },
  { pattern: /^Field "\w+" is not defined by type /, place: fieldValue },
  {
    pattern: /^Unknown argument "(\w+)" on directive "(@\w+)"\./,
    message: 'Unknown argument "$1" on field "$2".',
  },
  {
    pattern: /^Variable "(\$\w+)" is not defined by operation "\w+"\.$/,
    message: 'Variable "$1" is not defined.',
  },
  {
    pattern: /^Variable "(\$\w+)" is never used in operation "\w+"\.$/,
    message: 'Variable "$1" is never used.',
  },
  { pattern: /^Variable "\$\w+" of type .* used in position expecting type /, place: usePlace },
  { pattern: /^Variable "\$\w+" cannot be non-input type /, place: declaration },
  { pattern: /^Unknown type "/, place: declaration },
  { pattern: /^Unknown fragment "/, place: ([name]) => name?.loc?.startToken.prev ?? undefined },
  { pattern: /^Fragment .*cannot condition on /, place: fragmentStart },
  {
    pattern: /^Cannot spread fragment "(\w+)" within itself/,
    place: ([spread], document) =>
      document.definitions.find(({ loc }) => loc && spread?.loc && loc.end >= spread.loc.end)?.loc
        ?.startToken,
  },
  {
    pattern: /^There can be only one variable /,
    place: ([, name]) => name?.loc?.startToken.prev ?? undefined,
  },
  { pattern: /^(There can be only one|The directive "@\w+" can only be used once) /, place: lastPlace },
];

function writeError({ message, nodes = [] }: GraphQLError, document: DocumentNode): Placed {
  const translation = translations.find(({ pattern }) => pattern.test(message));
  const place = translation?.place?.(nodes, document) ?? nodes[0]?.loc?.startToken;
  if (message.startsWith("Cannot spread fragment ")) return { message: describeCycle(nodes, message), place };
  const { pattern, message: replacement } = translation ?? {};
  return {
    message: pattern && replacement !== undefined ? message.replace(pattern, replacement) : message,
    place,
  };
}

function lastPlace(nodes: readonly ASTNode[]): Token | undefined {
  return nodes.at(-1)?.loc?.startToken;
}

function fieldValue([node]: readonly ASTNode[]): Token | undefined {
  return node?.kind === "ObjectField" ? node.value.loc?.startToken : undefined;
}

/** From a variable's type back to its `$`. Types of fragments stay where they are. */
function declaration([type]: readonly ASTNode[]): Token | undefined {
  let token = type?.loc?.startToken.prev;
  while (token?.kind === "[") token = token.prev;
  return token?.kind === ":" ? (token.prev?.prev ?? undefined) : undefined;
}

/** From a type condition back to `...` or `fragment`. */
function fragmentStart([condition]: readonly ASTNode[]): Token | undefined {
  const beforeOn = condition?.loc?.startToken.prev?.prev;
  return (beforeOn?.kind === "..." ? beforeOn : beforeOn?.prev) ?? undefined;
}

/** From a variable back to the name of its argument or field, past the brackets of lists. */
function usePlace([, variable]: readonly ASTNode[]): Token | undefined {
  let token = variable?.loc?.startToken.prev;
  while (token && token.kind !== ":") {
    if (token.kind === "(" || token.kind === "{") return undefined;
    token = token.prev;
  }
  return token?.prev ?? undefined;
}

function describeCycle(spreads: readonly ASTNode[], message: string): string {
  const names = spreads.map((spread) => (spread.kind === "FragmentSpread" ? `"${spread.name.value}"` : ""));
  return `${message.split(" within itself")[0]} within itself via ${names.reverse().join(", ")}`;
}
