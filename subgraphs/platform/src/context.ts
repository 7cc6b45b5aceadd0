import type { Database } from "@mycelium/database";
import type { Limiter, RequestContext } from "@mycelium/subgraph-kit";
import type { Vault } from "@mycelium/vault";
import type * as tables from "./db/tables.ts";
import type { SigningKeys } from "./token/signing-keys.ts";

export interface Services {
  vault: Vault;
  limiter: Limiter;
  signingKeys: SigningKeys;
  /** For what is not yet anybody's: a tenant that is being made. */
  database: Database<typeof tables>;
  /** Where providers are asked whether they take credentials, where they are not the real ones. */
  providers: Record<"toast" | "stripe" | "twilio" | "sendgrid", string> &
    Record<"ses" | "sns", string | undefined>;
}

export type Context = RequestContext<typeof tables, Services>;
