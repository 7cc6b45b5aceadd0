export interface MediaType {
  /** Lower case, without parameters: `application/json`. */
  essence: string;
  parameters: ReadonlyMap<string, string>;
}

/** Reads a `Content-Type` or `Accept` header. An entry that is no media type is null. */
export function parseMediaTypes(header: string): (MediaType | null)[] {
  return splitOutsideQuotes(header, ",").map(parseMediaType);
}

function parseMediaType(text: string): MediaType | null {
  const [essence = "", ...rest] = splitOutsideQuotes(text, ";").map((part) => part.trim());
  if (!/^[\w!#$&^.+*-]+\/[\w!#$&^.+*-]+$/.test(essence)) return null;
  const parameters = new Map<string, string>();
  for (const part of rest) {
    const equals = part.indexOf("=");
    if (equals <= 0) continue;
    parameters.set(part.slice(0, equals).trim().toLowerCase(), unquote(part.slice(equals + 1).trim()));
  }
  return { essence: essence.toLowerCase(), parameters };
}

function unquote(value: string): string {
  return value.startsWith('"') && value.endsWith('"') && value.length > 1 ? value.slice(1, -1) : value;
}

function splitOutsideQuotes(text: string, separator: string): string[] {
  if (!text.includes('"')) return text.split(separator);
  const parts: string[] = [];
  let start = 0;
  let quoted = false;
  for (let at = 0; at < text.length; at++) {
    if (text[at] === '"') quoted = !quoted;
    else if (text[at] === separator && !quoted) {
      parts.push(text.slice(start, at));
      start = at + 1;
    }
  }
  parts.push(text.slice(start));
  return parts;
}
