import type { z } from "zod";
import { kitErrors } from "../errors/kit-errors.ts";

/** The second line of a verb: the input as the schema has it, or one clear line that names the field. */
export function parseInput<Schema extends z.ZodType>(schema: Schema, input: unknown): z.output<Schema> {
  const result = schema.safeParse(input);
  if (result.success) return result.data;
  const [issue] = result.error.issues;
  const field = issue?.path.join(".");
  throw kitErrors.BAD_USER_INPUT({
    reason: field ? `${field}: ${issue?.message}` : (issue?.message ?? "The input is wrong"),
    ...(field && { field }),
  });
}
