import { kitErrors } from "@mycelium/subgraph-kit";
import { eq } from "drizzle-orm";
import type { Context } from "../context.ts";
import { templates } from "../db/tables.ts";
import { type CompiledTemplate, compileTemplate, type TemplateText } from "./compile.ts";
import { houseTemplates } from "./house-templates.ts";

export interface Rendered {
  subject: string;
  html: string;
  text: string;
}

const compiledMax = 500;
const htmlBytesMax = 500_000;
const compiled = new Map<string, CompiledTemplate>();

export async function renderTemplate(
  context: Context,
  { template, variables }: { template: string; variables: Record<string, unknown> },
): Promise<Rendered> {
  const found = await findTemplate(context, template);
  if (!found) throw kitErrors.BAD_USER_INPUT({ reason: `template: there is none called ${template}` });
  const ready = compileOnce(found);
  const missing = ready.variables.filter((path) => valueAt(variables, path) === undefined);
  if (missing.length > 0)
    throw kitErrors.BAD_USER_INPUT({ reason: `variables: ${missing.join(", ")} missing` });
  const html = ready.html(variables);
  if (html.length > htmlBytesMax)
    throw kitErrors.BAD_USER_INPUT({ reason: "variables: the e-mail becomes too large" });
  // One line: what is inserted cannot add a header.
  const subject = ready.subject(variables).replace(/\s+/g, " ").trim().slice(0, 300);
  return { subject, html, text: toText(html) };
}

export async function findTemplate(context: Context, name: string): Promise<TemplateText | undefined> {
  const [own] = await context.read((tx) => tx.select().from(templates).where(eq(templates.name, name)));
  return own ?? (Object.hasOwn(houseTemplates, name) ? houseTemplates[name] : undefined);
}

function compileOnce({ subject, html }: TemplateText): CompiledTemplate {
  const key = `${subject}\n${html}`;
  const known = compiled.get(key);
  if (known) return known;
  const ready = compileTemplate({ subject, html });
  compiled.set(key, ready);
  if (compiled.size > compiledMax) compiled.delete(compiled.keys().next().value!);
  return ready;
}

function valueAt(variables: unknown, path: string): unknown {
  return path
    .split(".")
    .reduce<unknown>(
      (value, name) =>
        typeof value === "object" && value !== null && Object.hasOwn(value, name)
          ? (value as Record<string, unknown>)[name]
          : undefined,
      variables,
    );
}

/** For readers without HTML, and for filters that distrust mails without text. */
function toText(html: string): string {
  return html
    .replace(/<head>.*?<\/head>/s, "")
    .replace(/<a href="([^"]*)">(.*?)<\/a>/gs, "$2: $1")
    .replace(/<\/(p|tr|h2|h3)>|<br\s*\/?>/g, "\n")
    .replace(/<\/t[dh]>/g, "  ")
    .replace(/<[^>]*>/g, "")
    .replace(/&amp;/g, "&")
    .replace(/&lt;/g, "<")
    .replace(/&gt;/g, ">")
    .replace(/&quot;/g, '"')
    .replace(/&#x27;/g, "'")
    .replace(/&#x3D;/g, "=")
    .replace(/[ \t]+\n/g, "\n")
    .replace(/\n{3,}/g, "\n\n")
    .trim();
}
