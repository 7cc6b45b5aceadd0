import { authorize, kitErrors, parseInput } from "@mycelium/subgraph-kit";
import { asc } from "drizzle-orm";
import { z } from "zod";
import type { Context } from "../context.ts";
import { templates } from "../db/tables.ts";
import { compileTemplate, type TemplateText } from "./compile.ts";
import { houseTemplates } from "./house-templates.ts";

export interface ListedTemplate extends TemplateText {
  name: string;
  isOwn: boolean;
}

const templateInput = z.object({
  name: z.string().regex(/^[a-z][a-z0-9-]{0,49}$/, "takes small letters, digits and hyphens"),
  subject: z.string().trim().min(1).max(200),
  html: z.string().min(1).max(100_000),
});

export async function saveTemplate(context: Context, input: unknown): Promise<ListedTemplate> {
  authorize(context, "ADMIN");
  const template = parseInput(templateInput, input);
  try {
    compileTemplate(template);
  } catch (error) {
    const [line] = (error as Error).message.split("\n");
    throw kitErrors.BAD_USER_INPUT({ reason: `the template cannot be used: ${line}` });
  }
  const { name, subject, html } = template;
  await context.transact((tx) =>
    tx
      .insert(templates)
      .values(template)
      .onConflictDoUpdate({
        target: [templates.tenantId, templates.name],
        set: { subject, html, updatedAt: new Date() },
      }),
  );
  return { name, subject, html, isOwn: true };
}

export async function listTemplates(context: Context): Promise<ListedTemplate[]> {
  const own = await context.read((tx) => tx.select().from(templates).orderBy(asc(templates.name)).limit(500));
  const names = new Set(own.map(({ name }) => name));
  const house = Object.entries(houseTemplates).filter(([name]) => !names.has(name));
  return [
    ...own.map(({ name, subject, html }) => ({ name, subject, html, isOwn: true })),
    ...house.map(([name, template]) => ({ ...template, name, isOwn: false })),
  ];
}
