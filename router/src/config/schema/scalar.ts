import { parseBytes } from "./bytes.ts";
import { parseDuration } from "./duration.ts";
import { type ListenAddress, parseListenAddress } from "./listen-address.ts";
import { type ScalarResult, type ScalarShape, Schema } from "./schema.ts";

const mismatch: ScalarResult = { kind: "mismatch" };

function parsed(value: unknown): ScalarResult {
  return { kind: "parsed", value };
}

function bad(reason: string): ScalarResult {
  return { kind: "bad", reason };
}

export function boolean(): Schema<boolean, ""> {
  return scalar("", {
    expected: "true or false",
    jsonSchema: { type: "boolean" },
    parse: (raw) => (typeof raw === "boolean" ? parsed(raw) : mismatch),
  });
}

export function text(): Schema<string, ""> {
  return textParsed({ unit: "", expected: "text", parse: (raw) => parsed(raw) });
}

interface NumberBounds {
  readonly min?: number;
  readonly max?: number;
}

/** A whole number from 0, unless told otherwise. */
export function integer({ min = 0, max = Number.MAX_SAFE_INTEGER }: NumberBounds = {}): Schema<number, ""> {
  return scalar("", {
    expected: "a whole number",
    jsonSchema: {
      type: "integer",
      minimum: min,
      ...(max === Number.MAX_SAFE_INTEGER ? {} : { maximum: max }),
    },
    parse: (raw) => {
      if (typeof raw !== "number" || !Number.isInteger(raw)) {
        return mismatch;
      }
      return raw < min || raw > max ? bad(`must be ${rangeText(min, max)}`) : parsed(raw);
    },
  });
}

const UNSIGNED_32_MAX = 2 ** 32 - 1;

export function integer32(bounds: NumberBounds = {}): Schema<number, ""> {
  return integer({ max: UNSIGNED_32_MAX, ...bounds });
}

export function number(): Schema<number, ""> {
  return scalar("", {
    expected: "a number",
    jsonSchema: { type: "number" },
    parse: (raw) => (typeof raw === "number" ? parsed(raw) : mismatch),
  });
}

export function duration(): Schema<number, "Ms"> {
  return textParsed({
    unit: "Ms",
    expected: 'a duration such as "30s", "500ms" or "1h 30m"',
    parse: (raw) => {
      const durationMs = parseDuration(raw);
      return durationMs === undefined
        ? bad("is not a duration; write for example 30s, 500ms or 1h 30m")
        : parsed(durationMs);
    },
  });
}

export function durationInSeconds(): Schema<number, "Seconds"> {
  const inMs = duration();
  const shape = inMs.shape as ScalarShape;
  const parse: ScalarShape["parse"] = (raw) => {
    const result = shape.parse(raw);
    return result.kind === "parsed" ? parsed(Math.floor((result.value as number) / 1000)) : result;
  };
  return new Schema({ ...shape, parse }, "Seconds");
}

export function bytes(): Schema<number, "Bytes"> {
  return textParsed({
    unit: "Bytes",
    expected: 'a size such as "2MB" or "512KiB"',
    parse: (raw) => {
      const size = parseBytes(raw);
      return size === undefined ? bad("is not a size; write for example 2MB or 512KiB") : parsed(size);
    },
  });
}

export function regex(): Schema<RegExp, ""> {
  return textParsed({
    unit: "",
    expected: "a regular expression",
    parse: (raw) => {
      try {
        return parsed(compileRegex(raw));
      } catch (error) {
        return bad(`is not a regular expression: ${error instanceof Error ? error.message : String(error)}`);
      }
    },
  });
}

export function url(schemes: readonly string[] = ["http", "https"]): Schema<string, ""> {
  return textParsed({
    unit: "",
    expected: "a URL",
    parse: (raw) => {
      const scheme = URL.canParse(raw) ? new URL(raw).protocol.slice(0, -1) : undefined;
      if (scheme === undefined) {
        return bad("is not a URL");
      }
      return schemes.includes(scheme)
        ? parsed(raw)
        : bad(`must be a URL that begins with ${schemes.join(", ")}`);
    },
  });
}

/** Header names are compared in lower case everywhere. */
export function headerName(): Schema<string, ""> {
  return textParsed({
    unit: "",
    expected: "a header name",
    parse: (raw) =>
      /^[\w!#$%&'*+\-.^`|~]+$/.test(raw) ? parsed(raw.toLowerCase()) : bad("is not a header name"),
  });
}

export function headerValue(): Schema<string, ""> {
  return textParsed({
    unit: "",
    expected: "a header value",
    parse: (raw) =>
      /[^\t\P{Control}]/u.test(raw) ? bad("holds characters that no header may") : parsed(raw),
  });
}

export function listenAddress(): Schema<ListenAddress, ""> {
  return textParsed({
    unit: "",
    expected: 'an address such as "127.0.0.1:4000"',
    parse: (raw) => {
      const address = parseListenAddress(raw);
      return address === undefined
        ? bad("is not an address; write for example 127.0.0.1:4000, [::1]:4000 or unix:///run/router.sock")
        : parsed(address);
    },
  });
}

interface TextShape<Unit extends string> {
  readonly unit: Unit;
  readonly expected: string;
  readonly parse: (raw: string) => ScalarResult;
}

export function textParsed<Value, const Unit extends string>({
  unit,
  expected,
  parse,
}: TextShape<Unit>): Schema<Value, Unit> {
  return scalar(unit, {
    expected,
    jsonSchema: { type: "string" },
    parse: (raw) => (typeof raw === "string" ? parse(raw) : mismatch),
  });
}

function scalar<Value, Unit extends string>(
  unit: Unit,
  shape: Omit<ScalarShape, "kind">,
): Schema<Value, Unit> {
  return new Schema({ kind: "scalar", ...shape }, unit);
}

function rangeText(min: number, max: number): string {
  return max === Number.MAX_SAFE_INTEGER ? `at least ${min}` : `from ${min} to ${max}`;
}

/** Rust's inline flags at the front, as in `(?i)abc`, are written otherwise in JavaScript. */
function compileRegex(source: string): RegExp {
  const [whole = "", flags = ""] = /^\(\?([imsx]+)\)/.exec(source) ?? [];
  return new RegExp(source.slice(whole.length).replaceAll("(?P<", "(?<"), `${flags.replace("x", "")}u`);
}
