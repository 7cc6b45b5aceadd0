/** What a look at an operation's characters tells, before anything is built from them. */
export interface TextMeasure {
  /** Counted as Apollo Router's lexer does: runs of white space, commas and comments are tokens too. */
  tokens: number;
  nesting: number;
  /** Where the look ended: before the token that passed a limit, or after the bracket that did. */
  end: number;
}

export interface TextLimits {
  tokensMax: number;
  nestingMax: number;
}

/** Stops as soon as a limit is passed, so that a hostile text costs no more than the limit. */
export function scanText(text: string, limits: TextLimits): TextMeasure {
  let tokens = 0;
  let nesting = 0;
  let depth = 0;
  let at = 0;
  let start = 0;
  while (at < text.length && tokens <= limits.tokensMax && nesting <= limits.nestingMax) {
    const code = text.charCodeAt(at);
    tokens++;
    start = at;
    if (code === openBrace || code === openBracket || code === openParenthesis) {
      depth++;
      if (depth > nesting) nesting = depth;
      at++;
    } else if (code === closeBrace || code === closeBracket || code === closeParenthesis) {
      depth--;
      at++;
    } else {
      at = endOfToken(text, at, code);
    }
  }
  return { tokens, nesting, end: tokens > limits.tokensMax ? start : at };
}

const openBrace = 0x7b;
const closeBrace = 0x7d;
const openBracket = 0x5b;
const closeBracket = 0x5d;
const openParenthesis = 0x28;
const closeParenthesis = 0x29;
const quote = 0x22;
const hash = 0x23;
const backslash = 0x5c;
const dot = 0x2e;
const plus = 0x2b;
const minus = 0x2d;

function endOfToken(text: string, start: number, code: number): number {
  if (isWhiteSpace(code)) return skipWhile(text, start, isWhiteSpace);
  if (isDigit(code) || code === minus) return skipWhile(text, start, isNumberPart);
  if (isNameOrNumber(code)) return skipWhile(text, start, isNameOrNumber);
  if (code === hash) return skipWhile(text, start, isNotLineEnd);
  if (code === quote)
    return text.startsWith('"""', start) ? endOfBlockString(text, start) : endOfString(text, start);
  return text.startsWith("...", start) ? start + 3 : start + 1;
}

function skipWhile(text: string, start: number, belongs: (code: number) => boolean): number {
  let at = start + 1;
  while (at < text.length && belongs(text.charCodeAt(at))) at++;
  return at;
}

function isWhiteSpace(code: number): boolean {
  return code === 0x20 || code === 0x09 || code === 0x0a || code === 0x0d || code === 0xfeff;
}

function isNameOrNumber(code: number): boolean {
  return (code >= 0x61 && code <= 0x7a) || (code >= 0x41 && code <= 0x5a) || isDigit(code) || code === 0x5f;
}

function isDigit(code: number): boolean {
  return code >= 0x30 && code <= 0x39;
}

/** Also lets pass what is no number: the parser then says so at its first wrong character. */
function isNumberPart(code: number): boolean {
  return isNameOrNumber(code) || code === dot || code === plus || code === minus;
}

function isNotLineEnd(code: number): boolean {
  return code !== 0x0a && code !== 0x0d;
}

function endOfString(text: string, start: number): number {
  let at = start + 1;
  while (at < text.length && text.charCodeAt(at) !== quote && isNotLineEnd(text.charCodeAt(at))) {
    at += text.charCodeAt(at) === backslash ? 2 : 1;
  }
  return at + 1;
}

function endOfBlockString(text: string, start: number): number {
  let end = text.indexOf('"""', start + 3);
  while (end > 0 && text.charCodeAt(end - 1) === backslash) end = text.indexOf('"""', end + 3);
  return end < 0 ? text.length : end + 3;
}
