import type { CredentialSource } from "@mycelium/connectors";
import type { RequestContext } from "@mycelium/subgraph-kit";
import type * as tables from "./db/tables.ts";
import type { Mailer } from "./providers/mailer.ts";

export interface Services {
  credentials: CredentialSource;
  mailer: Mailer;
}

export type Context = RequestContext<typeof tables, Services>;
