import type { LogFormat } from "../telemetry-options.ts";

const colours: Readonly<Record<string, number>> = { ERROR: 31, WARN: 33, INFO: 32, DEBUG: 34, TRACE: 35 };

/** One JSON line of the logger as text for people. */
export function formatAsText(line: string, format: LogFormat): string {
  const { timestamp, level, message, resource, ...fields } = JSON.parse(line) as Record<string, unknown>;
  const parts: string[] = [];
  if (timestamp !== undefined) parts.push(String(timestamp));
  if (level !== undefined) parts.push(paint(String(level), format));
  if (message !== undefined) parts.push(String(message));
  for (const [name, value] of Object.entries(fields)) {
    parts.push(`${name}=${typeof value === "string" ? value : JSON.stringify(value)}`);
  }
  if (resource !== undefined) parts.push(`resource=${JSON.stringify(resource)}`);
  return `${parts.join(" ")}\n`;
}

function paint(level: string, { ansiEscapeCodes }: LogFormat): string {
  return ansiEscapeCodes === false ? level : `\u001b[${colours[level] ?? 0}m${level}\u001b[0m`;
}
