import type { CredentialSource } from "@mycelium/connectors";
import type { RequestContext } from "@mycelium/subgraph-kit";
import type * as tables from "./db/tables.ts";
import type { SnsGateway } from "./providers/sns-gateway.ts";
import type { TwilioGateway } from "./providers/twilio-gateway.ts";

export interface Services {
  credentials: CredentialSource;
  /** After which a message whose sender has died may be sent by another. */
  sendLeaseMs: number;
  twilio: TwilioGateway;
  /** Takes over where Twilio does not work. */
  sns: SnsGateway;
  /** Where providers reach us; without it nobody tells how a message fared. */
  webhookBaseUrl: string | undefined;
  bulkPauseMs: number;
}

export type Context = RequestContext<typeof tables, Services>;
