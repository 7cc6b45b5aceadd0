import Handlebars from "handlebars";
import { helpers } from "./helpers.ts";

export interface TemplateText {
  subject: string;
  html: string;
}

export interface CompiledTemplate {
  /** What it cannot do without: not what an `#if` asks for first. */
  variables: readonly string[];
  subject(variables: object): string;
  html(variables: object): string;
}

/** A template of one tenant is never another's engine: nothing is registered globally. */
const engine = Handlebars.create();
engine.registerHelper(helpers);

/** Loops within loops within loops would let a small template write a huge mail. */
const depthMax = 3;
const knownHelpers = Object.fromEntries(Object.keys(helpers).map((name) => [name, true]));

export function compileTemplate({ subject, html }: TemplateText): CompiledTemplate {
  const parts = [subject, html].map((text) => engine.parse(text));
  const variables = [...new Set(parts.flatMap((part) => requiredOf(part.body, [], 0)))].sort();
  const compile = (text: string, options: CompileOptions = {}) =>
    engine.compile<object>(text, { knownHelpers, knownHelpersOnly: true, ...options });
  // A subject is no HTML.
  return { variables, subject: compile(subject, { noEscape: true }), html: compile(html) };
}

/** Paths that stand in the text without having been asked for. Inside `#each` they belong to the items. */
function requiredOf(body: readonly hbs.AST.Statement[], asked: readonly string[], depth: number): string[] {
  if (depth > depthMax) throw new Error(`blocks stand in each other more than ${depthMax} deep`);
  return body.flatMap((statement) => {
    if (statement.type === "MustacheStatement") return pathsOf(statement as hbs.AST.MustacheStatement, asked);
    if (statement.type === "ContentStatement" || statement.type === "CommentStatement") return [];
    if (statement.type !== "BlockStatement") throw new Error(`${statement.type} is not for e-mails`);
    const block = statement as hbs.AST.BlockStatement;
    const about = block.params.flatMap((param) =>
      param.type === "PathExpression" ? [(param as hbs.AST.PathExpression).original] : [],
    );
    const name = (block.path as hbs.AST.PathExpression).original;
    const inner = requiredOf(block.program?.body ?? [], [...asked, ...about], depth + 1);
    const otherwise = requiredOf(block.inverse?.body ?? [], asked, depth + 1);
    if (name === "each") return [...about.filter((path) => !isAsked(path, asked)), ...otherwise];
    if (name === "if" || name === "unless") return [...inner, ...otherwise];
    throw new Error(`#${name} is not for e-mails: #if, #unless and #each are`);
  });
}

function pathsOf({ path, params }: hbs.AST.MustacheStatement, asked: readonly string[]): string[] {
  const isHelper = params.length > 0;
  const given = isHelper ? params : [path];
  return given
    .filter(({ type }) => type === "PathExpression")
    .map((expression) => (expression as hbs.AST.PathExpression).original)
    .filter((name) => !isAsked(name, asked));
}

function isAsked(path: string, asked: readonly string[]): boolean {
  return asked.some((known) => path === known || path.startsWith(`${known}.`));
}
