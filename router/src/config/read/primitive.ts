import type { ScalarValue } from "./config-node.ts";

const integers: readonly RegExp[] = [
  /^[-+]?(0|[1-9]\d*)$/,
  /^[-+]?0x[\da-fA-F]+$/,
  /^[-+]?0o[0-7]+$/,
  /^[-+]?0b[01]+$/,
];
const float = /^[-+]?((0|[1-9]\d*)(\.\d*)?|\.\d+)([eE][-+]?\d+)?$/;

/**
 * What an unquoted yaml text means, by Apollo Router's reading of yaml: `True` and `NULL` are texts, and so are
 * digits after a zero, which are more likely a code than a number.
 */
export function primitiveOf(text: string): ScalarValue {
  const trimmed = text.trim().replace(/\s+#.*$/s, "");
  if (trimmed === "true" || trimmed === "false") {
    return trimmed === "true";
  }
  if (trimmed === "~" || trimmed === "null") {
    return null;
  }
  if (integers.some((integer) => integer.test(trimmed))) {
    return integerOf(trimmed) ?? text;
  }
  return float.test(trimmed) ? Number(trimmed) : text;
}

function integerOf(digits: string): number | undefined {
  const magnitude = BigInt(digits.replace(/^[-+]/, ""));
  const fits = digits.startsWith("-") ? magnitude <= 2n ** 63n : magnitude < 2n ** 64n;
  return fits ? Number(digits.startsWith("-") ? -magnitude : magnitude) : undefined;
}
