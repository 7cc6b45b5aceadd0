import type { CredentialSource } from "@mycelium/connectors";
import type { RequestContext } from "@mycelium/subgraph-kit";
import type * as tables from "./db/tables.ts";
import type { SnsReader } from "./events/sns-message.ts";
import type { Mailer } from "./providers/mailer.ts";

export interface Services {
  credentials: CredentialSource;
  /** After which a message whose sender has died may be sent by another. */
  sendLeaseMs: number;
  mailer: Mailer;
  snsMessages: SnsReader;
}

export type Context = RequestContext<typeof tables, Services>;
