const censored = "[redacted]";

const secretKey =
  /^(?:authorization|proxy-authorization|cookie|set-cookie|x-api-key|api[-_]?key|password|passwd|secret|shared_?key|(?:access|refresh|id|auth)?[-_]?token)$/i;

const secretInText = [
  /\b(bearer|basic)\s+[\w.~+/=-]+/gi,
  /([?&;](?:[\w.-]*token|[\w.-]*key|password|passwd|secret|signature|sig|code|auth)=)[^&\s"'#;]+/gi,
  /(\w+:\/\/[^\s/:@]*:)[^\s/@]+(?=@)/g,
] as const;

const depthMax = 5;
const entriesMax = 100;

/** A copy without secrets, cut off where it grows deep or wide. Errors stay for their serializer. */
export function redactFields(fields: object, depth = 0): Record<string, unknown> {
  const redacted: Record<string, unknown> = {};
  let entries = 0;
  for (const [key, value] of Object.entries(fields)) {
    if (++entries > entriesMax) break;
    redacted[key] = secretKey.test(key) ? censored : redactValue(value, depth);
  }
  return redacted;
}

export function redactText(text: string): string {
  const [authorization, urlParameter, urlPassword] = secretInText;
  return text
    .replace(authorization, `$1 ${censored}`)
    .replace(urlParameter, `$1${censored}`)
    .replace(urlPassword, `$1${censored}`);
}

export function isSecretHeader(name: string): boolean {
  return secretKey.test(name);
}

function redactValue(value: unknown, depth: number): unknown {
  if (typeof value === "string") return redactText(value);
  if (typeof value !== "object" || value === null || value instanceof Error) return value;
  if (depth >= depthMax) return "[cut off]";
  if (value instanceof URL) return redactText(value.href);
  if (value instanceof Headers) return redactFields(Object.fromEntries(value), depth + 1);
  if (Array.isArray(value)) return value.slice(0, entriesMax).map((item) => redactValue(item, depth + 1));
  return redactFields(value, depth + 1);
}
