import { kitErrors } from "../errors/kit-errors.ts";

/**
 * Names a row by the values that its list is ordered by, so that it keeps its place whatever is added or removed. Opaque
 * to clients, and good for its own list alone. It grants nothing: the tenant's policies hold whichever cursor is sent.
 */
export function writeCursor(list: string, keys: readonly string[]): string {
  return Buffer.from(JSON.stringify([list, ...keys])).toString("base64url");
}

export function readCursor(cursor: string, { list, keys }: { list: string; keys: number }): string[] {
  const values = parse(cursor);
  const fits = values.length === keys + 1 && values[0] === list;
  if (!fits || !values.every((value) => typeof value === "string")) throw kitErrors.BAD_CURSOR();
  return values.slice(1) as string[];
}

function parse(cursor: string): unknown[] {
  try {
    const value: unknown = JSON.parse(Buffer.from(cursor, "base64url").toString());
    return Array.isArray(value) ? value : [];
  } catch {
    return [];
  }
}
