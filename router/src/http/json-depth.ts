/** As serde_json's, which reads requests for Apollo Router. Whatever walks the value later recurses no deeper. */
export const jsonDepthMax = 127;

/** Where a JSON text goes deeper than it may, before anything is built from it. */
export function findTooDeepPlace(text: string): { line: number; column: number } | undefined {
  let depth = 0;
  let isString = false;
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (isString) {
      if (code === backslash) at++;
      else if (code === quote) isString = false;
    } else if (code === quote) isString = true;
    else if (code === openBracket || code === openBrace) {
      if (++depth > jsonDepthMax) return placeOf(text, at);
    } else if (code === closeBracket || code === closeBrace) depth--;
  }
  return undefined;
}

const quote = 0x22;
const backslash = 0x5c;
const openBracket = 0x5b;
const closeBracket = 0x5d;
const openBrace = 0x7b;
const closeBrace = 0x7d;

function placeOf(text: string, at: number): { line: number; column: number } {
  const before = text.slice(0, at + 1).split("\n");
  return { line: before.length, column: before.at(-1)!.length };
}
