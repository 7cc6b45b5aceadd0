import type { RouterConfig } from "../../config/router-config.ts";
import { type TokenError, tokenErrors } from "./token-error.ts";

/** A place of a request where a token may be. */
export interface TokenSource {
  /** As the context has it. */
  readonly place: { readonly type: "header" | "cookie"; readonly name: string };
  /** Undefined where there is none. */
  find(headers: Headers): string | TokenError | undefined;
}

export type JwtConfig = NonNullable<RouterConfig["authentication"]["router"]>["jwt"];

/** In the order in which they are looked at: `header_name` first. */
export function createTokenSources({
  headerName,
  headerValuePrefix,
  ignoreOtherPrefixes,
  sources,
}: JwtConfig): TokenSource[] {
  const first = { type: "header", name: headerName, valuePrefix: headerValuePrefix } as const;
  return [first, ...sources].map((source) =>
    source.type === "cookie" ? fromCookie(source.name) : fromHeader(source, ignoreOtherPrefixes),
  );
}

interface HeaderSource {
  readonly name: string;
  readonly valuePrefix: string;
}

function fromHeader({ name, valuePrefix }: HeaderSource, ignoresOthers: boolean): TokenSource {
  const lowerPrefix = valuePrefix.toLowerCase();
  return {
    place: { type: "header", name },
    find(headers) {
      const value = headers.get(name);
      if (value === null) return undefined;
      if (!isVisible(value)) return tokenErrors.notText;
      const text = value.trim();
      if (text.slice(0, lowerPrefix.length).toLowerCase() !== lowerPrefix) {
        return ignoresOthers ? undefined : tokenErrors.wrongPrefix(name, valuePrefix);
      }
      const space = text.indexOf(" ");
      if (lowerPrefix === "") return space < 0 ? text : tokenErrors.wrongPrefix(name, valuePrefix);
      return space < 0 ? tokenErrors.onlyPrefix(name, valuePrefix) : text.slice(space + 1);
    },
  };
}

function fromCookie(name: string): TokenSource {
  return {
    place: { type: "cookie", name },
    find(headers) {
      const value = headers.get("cookie");
      if (value === null) return undefined;
      if (!isVisible(value)) return tokenErrors.notText;
      for (const pair of value.split(";")) {
        const equals = pair.indexOf("=");
        if (equals > 0 && pair.slice(0, equals).trim() === name) return pair.slice(equals + 1).trim();
      }
      return undefined;
    },
  };
}

function isVisible(value: string): boolean {
  return /^[\t\x20-\x7e]*$/.test(value);
}
