import type { CredentialSource } from "@mycelium/connectors";
import type { RequestContext } from "@mycelium/subgraph-kit";
import type * as tables from "./db/tables.ts";
import type { ToastClient } from "./toast/toast-client.ts";

export interface Services {
  credentials: CredentialSource;
  toast: ToastClient;
}

export type Context = RequestContext<typeof tables, Services>;
