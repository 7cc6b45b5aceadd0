import type { JsonObject } from "../json.ts";

/** Who asks. Made once for a token or key and shared by all its requests: compare and keep, never change. */
export interface Caller {
  /**
   * Everything that an answer may depend on: who, for which tenant, with which roles and scopes. Answers that are kept
   * or shared are kept under this. A digest, so of one short length; empty for the anonymous caller.
   */
  readonly identity: string;
  /** Only who, whatever was granted: what is counted against a person or a machine is counted under this. */
  readonly subject: string;
  readonly tenant: string | undefined;
  readonly user: string | undefined;
  readonly roles: readonly string[];
  readonly scopes: readonly string[];
  /** The plan that the tenant pays for, which decides its quota. */
  readonly plan: string | undefined;
  /** What the token or key says, and what `apollo::authentication::jwt_claims` holds. */
  readonly claims: JsonObject | undefined;
  /** The visible part of the API key, where there is one. */
  readonly apiKeyId: string | undefined;
}

/** Nobody that is known. Such callers are not told apart here: by address and the like, others may. */
export const anonymous: Caller = {
  identity: "",
  subject: "",
  tenant: undefined,
  user: undefined,
  roles: [],
  scopes: [],
  plan: undefined,
  claims: undefined,
  apiKeyId: undefined,
};
