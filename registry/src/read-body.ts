import type { z } from "zod";
import { RegistryError } from "./caller.ts";

/** What was posted, or why it is not taken. */
export async function readBody<T>(request: { json(): Promise<unknown> }, shape: z.ZodType<T>): Promise<T> {
  const { data, error } = shape.safeParse(await request.json().catch(() => undefined));
  if (data !== undefined) return data;
  const [issue] = error?.issues ?? [];
  throw new RegistryError("BAD_INPUT", `${issue?.path.join(".") || "The body"}: ${issue?.message}`);
}
