import type { CorsConfig, CorsPolicy } from "../config/sections/cors.ts";

export interface Cors {
  /** Answers a preflight. Foreign origins get an answer too, only without the header that would let them in. */
  answerPreflight(request: Request): Response;
  /** Adds to an answer what lets its origin read it. */
  addHeaders(origin: string | null, headers: Headers): void;
  /** Whether pages of this origin may call the router. */
  allows(origin: string): boolean;
}

export function createCors(config: CorsConfig): Cors {
  return {
    answerPreflight(request) {
      const origin = request.headers.get("origin");
      const policy = findPolicy(config, origin);
      const headers = new Headers();
      addSharedHeaders(config, policy, origin, headers);
      const allowHeaders = policyList(policy?.allowHeaders) ?? config.allowHeaders;
      const allowed =
        allowHeaders.length > 0
          ? allowHeaders.join(", ")
          : request.headers.get("access-control-request-headers");
      if (allowed !== null) headers.set("access-control-allow-headers", allowed);
      headers.set("access-control-allow-methods", (policy?.methods ?? config.methods).join(", "));
      const maxAgeSeconds = policy?.maxAgeSeconds ?? config.maxAgeSeconds;
      if (maxAgeSeconds !== undefined)
        headers.set("access-control-max-age", String(Math.floor(maxAgeSeconds)));
      addPrivateNetworkHeaders(policy, headers);
      headers.set("vary", "origin, access-control-request-headers");
      return new Response(null, { status: 200, headers });
    },

    addHeaders(origin, headers) {
      const policy = findPolicy(config, origin);
      addSharedHeaders(config, policy, origin, headers);
      const exposed = policyList(policy?.exposeHeaders) ?? config.exposeHeaders;
      if (exposed) headers.set("access-control-expose-headers", exposed.join(", "));
      addVaryOrigin(headers);
    },

    allows: (origin) => config.allowAnyOrigin || findPolicy(config, origin) !== undefined,
  };
}

function findPolicy(config: CorsConfig, origin: string | null): CorsPolicy | undefined {
  if (origin === null || (origin === "null" && !config.allowAnyOrigin)) return undefined;
  return config.policies?.find(
    (policy) =>
      policy.origins.includes(origin) || policy.matchOrigins.some((pattern) => pattern.test(origin)),
  );
}

function addSharedHeaders(
  config: CorsConfig,
  policy: CorsPolicy | undefined,
  origin: string | null,
  headers: Headers,
): void {
  if (origin !== null) {
    if (config.allowAnyOrigin) headers.set("access-control-allow-origin", "*");
    else if (policy) headers.set("access-control-allow-origin", origin);
  }
  if (policy?.allowCredentials ?? config.allowCredentials)
    headers.set("access-control-allow-credentials", "true");
}

function addPrivateNetworkHeaders(policy: CorsPolicy | undefined, headers: Headers): void {
  const access = policy?.privateNetworkAccess;
  if (!access) return;
  headers.set("access-control-allow-private-network", "true");
  if (access.accessName !== undefined) headers.set("private-network-access-name", access.accessName);
  if (access.accessId !== undefined) headers.set("private-network-access-id", access.accessId);
}

function addVaryOrigin(headers: Headers): void {
  const vary = headers.get("vary");
  if (vary === null) headers.set("vary", "origin");
  else if (!vary.split(",").some((name) => name.trim().toLowerCase() === "origin"))
    headers.append("vary", "origin");
}

function policyList(list: readonly string[] | undefined): readonly string[] | undefined {
  return list && list.length > 0 ? list : undefined;
}
