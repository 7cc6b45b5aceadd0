const levels = ["trace", "debug", "info", "warn", "error"] as const;

export type LogLevel = (typeof levels)[number] | "silent";

const ownTargets = new Set(["apollo_router", "mycelium_router", "mycelium"]);

/**
 * A level, or filters such as `warn,apollo_router=debug`: the last one that speaks of the router counts.
 * Filters for parts that only Apollo's engine has are passed over.
 */
export function readLogFilter(filter: string | undefined): LogLevel {
  let general: LogLevel | undefined;
  let own: LogLevel | undefined;
  for (const directive of (filter ?? "").split(",")) {
    const [target = "", level] = directive.trim().toLowerCase().split("=");
    if (level === undefined) general = readLevel(target) ?? general;
    else if (ownTargets.has(target.split("::")[0] ?? "")) own = readLevel(level) ?? own;
  }
  return own ?? general ?? "info";
}

function readLevel(text: string): LogLevel | undefined {
  if (text === "off") return "silent";
  return levels.find((level) => level === text);
}
