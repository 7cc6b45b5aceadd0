import type { CredentialSource } from "@mycelium/connectors";
import type { RequestContext } from "@mycelium/subgraph-kit";
import type * as tables from "./db/tables.ts";
import type { StripeGateway } from "./stripe/stripe-gateway.ts";

export interface Services {
  credentials: CredentialSource;
  stripe: StripeGateway;
}

export type Context = RequestContext<typeof tables, Services>;
