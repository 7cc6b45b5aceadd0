import type { CsrfConfig } from "../config/sections/csrf.ts";
import { parseMediaTypes } from "./media-types.ts";

/** Returns what is wrong with a request that a foreign page could have sent without asking the browser first. */
export type FindForgery = (headers: Headers) => string | undefined;

/** https://fetch.spec.whatwg.org/#cors-safelisted-request-header */
const typesWithoutPreflight = ["application/x-www-form-urlencoded", "multipart/form-data", "text/plain"];

export function createForgeryCheck(config: CsrfConfig): FindForgery {
  if (config.unsafeDisabled) return () => undefined;
  const problem =
    "This operation has been blocked as a potential Cross-Site Request Forgery (CSRF). Please either specify a " +
    `'content-type' header (with a mime-type that is not one of ${typesWithoutPreflight.join(", ")}) ` +
    `or provide one of the following headers: ${config.requiredHeaders.join(", ")}`;

  return function findForgery(headers) {
    const contentType = headers.get("content-type");
    if (contentType !== null && needsPreflight(contentType)) return undefined;
    return config.requiredHeaders.some((name) => headers.has(name)) ? undefined : problem;
  };
}

function needsPreflight(contentType: string): boolean {
  if (contentType === "application/json") return true;
  const [type, ...others] = parseMediaTypes(contentType);
  if (!type || others.length > 0) return false;
  return !typesWithoutPreflight.includes(type.essence);
}
