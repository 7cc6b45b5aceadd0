import type { HeaderMasking, MaskedHeaders } from "../../config/sections/headers.ts";
import { isSecretHeader } from "../log/redact.ts";
import type { TelemetryOptions } from "../telemetry-options.ts";

/** Whether the value of a header that goes this way is never to be shown. The name is in lower case. */
export type IsMasked = (direction: Direction, name: string, subgraph?: string) => boolean;

type Direction = "request" | "response";
type MasksName = (name: string) => boolean;

/** As Apollo Router writes them. */
export const maskedValue = "***MASKED***";

/** Apollo Router's list. */
const sensitiveByDefault: ReadonlySet<string> = new Set([
  ...["authorization", "proxy-authorization", "proxy-authenticate", "www-authenticate"],
  ...["cookie", "set-cookie", "x-api-key", "api-key"],
  ...["x-auth-token", "x-session-id", "x-session-token", "x-csrf-token", "x-xsrf-token"],
]);

/** What is said of a subgraph stands in place of what is said of all. */
export function compileMasking({ all, subgraphs }: TelemetryOptions["headerMasking"]): IsMasked {
  const ofAll = compileDirections(all);
  const ofSubgraphs = new Map(
    Object.entries(subgraphs).map(([name, { request = all.request, response = all.response }]) => [
      name,
      compileDirections({ request, response }),
    ]),
  );
  return (direction, name, subgraph) => {
    const rules = (subgraph !== undefined && ofSubgraphs.get(subgraph)) || ofAll;
    return rules[direction](name);
  };
}

function compileDirections({ request, response }: MaskedHeaders): Record<Direction, MasksName> {
  return { request: compileRule(request), response: compileRule(response) };
}

function compileRule(masking: HeaderMasking): MasksName {
  if (masking?.enabled === false) return () => false;
  const named = new Set(masking?.sensitiveHeaders.map((name) => name.toLowerCase()));
  if (masking?.replaceDefaults) return (name) => named.has(name);
  return (name) => named.has(name) || sensitiveByDefault.has(name) || isSecretHeader(name);
}
