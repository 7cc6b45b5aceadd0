import { type ASTNode, type DocumentNode, Kind, type NameNode, parse, visit } from "graphql";
import type { VariantSettings } from "../variant-settings.ts";

export interface Place {
  line: number;
  column: number;
  byteOffset: number;
}

export interface Diagnostic {
  rule: string;
  level: "ERROR" | "WARNING";
  coordinate: string;
  message: string;
  start: Place;
  end: Place;
}

/** Under the names that Apollo's linter has, so that Rover and its users know them. */
const rules = {
  FIELD_NAMES_SHOULD_BE_CAMEL_CASE: "WARNING",
  TYPE_NAMES_SHOULD_BE_PASCAL_CASE: "WARNING",
  ENUM_VALUES_SHOULD_BE_SCREAMING_SNAKE_CASE: "WARNING",
  INPUT_ARGUMENT_NAMES_SHOULD_BE_CAMEL_CASE: "WARNING",
  DEPRECATED_DIRECTIVE_MISSING_REASON: "ERROR",
  RESTY_FIELD_NAMES: "OFF",
  ALL_ELEMENTS_REQUIRE_DESCRIPTION: "OFF",
} as const satisfies Record<string, "ERROR" | "WARNING" | "OFF">;

type Rule = keyof typeof rules;

const camel = /^_{0,2}[a-z][a-zA-Z0-9]*$/;
const pascal = /^_{0,2}[A-Z][a-zA-Z0-9]*$/;
const screaming = /^[A-Z][A-Z0-9_]*$/;
const verbPrefix = /^(get|list|fetch)[A-Z]/;

/** Of what stands in the schema already nothing is said. */
export function lintSchema(
  sdl: string,
  { base, levels = {} }: { base?: string | undefined; levels?: VariantSettings["lint"] },
): Diagnostic[] {
  const known = new Set(base ? findAll(parse(base)).map(keyOf) : []);
  return findAll(parse(sdl)).flatMap((found) => {
    const level = levels[found.rule] ?? rules[found.rule];
    if (level === "OFF" || known.has(keyOf(found))) return [];
    const { rule, coordinate, message, name } = found;
    return [{ rule, level, coordinate, message, ...placesOf(sdl, name) }];
  });
}

interface Found {
  rule: Rule;
  coordinate: string;
  message: string;
  name: NameNode;
}

function keyOf({ rule, coordinate }: Found): string {
  return `${rule} ${coordinate}`;
}

function findAll(document: DocumentNode): Found[] {
  const found: Found[] = [];
  const path: string[] = [];
  visit(document, {
    enter(node) {
      if (!isNamed(node)) return;
      path.push(node.name.value);
      found.push(...look(node, path));
    },
    leave(node) {
      if (isNamed(node)) path.pop();
    },
  });
  return found;
}

type Named = ASTNode & { name: NameNode; description?: unknown };

const namedKinds: readonly string[] = [
  ...[Kind.OBJECT_TYPE_DEFINITION, Kind.INTERFACE_TYPE_DEFINITION, Kind.INPUT_OBJECT_TYPE_DEFINITION],
  ...[Kind.ENUM_TYPE_DEFINITION, Kind.UNION_TYPE_DEFINITION, Kind.SCALAR_TYPE_DEFINITION],
  ...[Kind.OBJECT_TYPE_EXTENSION, Kind.INTERFACE_TYPE_EXTENSION, Kind.INPUT_OBJECT_TYPE_EXTENSION],
  ...[Kind.ENUM_TYPE_EXTENSION, Kind.UNION_TYPE_EXTENSION],
  ...[Kind.FIELD_DEFINITION, Kind.INPUT_VALUE_DEFINITION, Kind.ENUM_VALUE_DEFINITION],
];

function isNamed(node: ASTNode): node is Named {
  return namedKinds.includes(node.kind);
}

function look(node: Named, path: readonly string[]): Found[] {
  const { name } = node;
  const coordinate = path.join(".");
  const say = (rule: Rule, message: string): Found => ({ rule, coordinate, message, name });
  const found: Found[] = [];
  if (node.kind === Kind.FIELD_DEFINITION) {
    if (!camel.test(name.value)) {
      found.push(say("FIELD_NAMES_SHOULD_BE_CAMEL_CASE", `Field \`${name.value}\` should be camelCase.`));
    }
    if (path[0] === "Query" && verbPrefix.test(name.value)) {
      found.push(say("RESTY_FIELD_NAMES", `Query \`${name.value}\` should be named by what it answers.`));
    }
  } else if (node.kind === Kind.INPUT_VALUE_DEFINITION) {
    if (!camel.test(name.value)) {
      found.push(say("INPUT_ARGUMENT_NAMES_SHOULD_BE_CAMEL_CASE", `\`${name.value}\` should be camelCase.`));
    }
  } else if (node.kind === Kind.ENUM_VALUE_DEFINITION) {
    if (!screaming.test(name.value)) {
      found.push(
        say(
          "ENUM_VALUES_SHOULD_BE_SCREAMING_SNAKE_CASE",
          `\`${name.value}\` should be SCREAMING_SNAKE_CASE.`,
        ),
      );
    }
  } else if (!pascal.test(name.value)) {
    found.push(say("TYPE_NAMES_SHOULD_BE_PASCAL_CASE", `Type \`${name.value}\` should be PascalCase.`));
  }
  if (isUnreasoned(node)) {
    found.push(
      say("DEPRECATED_DIRECTIVE_MISSING_REASON", `\`${coordinate}\` is deprecated without a reason.`),
    );
  }
  if (!node.description && !node.kind.endsWith("Extension")) {
    found.push(say("ALL_ELEMENTS_REQUIRE_DESCRIPTION", `\`${coordinate}\` has no description.`));
  }
  return found;
}

function isUnreasoned(node: Named): boolean {
  const directives = "directives" in node ? (node.directives ?? []) : [];
  return directives.some(
    (directive) =>
      directive.name.value === "deprecated" &&
      !directive.arguments?.some((argument) => argument.name.value === "reason"),
  );
}

function placesOf(sdl: string, { loc }: NameNode): { start: Place; end: Place } {
  const { line = 1, column = 1, start = 0, end = 0 } = loc?.startToken ?? {};
  const bytes = (offset: number) => Buffer.byteLength(sdl.slice(0, offset));
  return {
    start: { line, column, byteOffset: bytes(start) },
    end: { line, column: column + end - start, byteOffset: bytes(end) },
  };
}
