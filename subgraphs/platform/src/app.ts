import { readFileSync } from "node:fs";
import type { HostParts } from "@mycelium/host";
import { createSubgraph, type Subgraph } from "@mycelium/subgraph-kit";
import type { Services } from "./context.ts";
import * as tables from "./db/tables.ts";
import { resolvers } from "./resolvers.ts";
import { addTokenRoutes } from "./token/routes.ts";
import { SigningKeys } from "./token/signing-keys.ts";

export const name = "platform";
export const typeDefs = readFileSync(new URL("../schema.graphql", import.meta.url), "utf8");

export function createApp(parts: HostParts): Subgraph<typeof tables, Services> {
  const { environment, vault, limiter } = parts;
  const database = parts.openDatabase({ schema: name, tables });
  const subgraph: Subgraph<typeof tables, Services> = createSubgraph({
    ...parts,
    ...{ name, typeDefs, resolvers, database },
    services: {
      ...{ vault, limiter, database, signingKeys: new SigningKeys(database, vault) },
      providers: {
        toast: environment.TOAST_URL || "https://ws-api.toasttab.com",
        stripe: environment.STRIPE_URL || "https://api.stripe.com",
        twilio: environment.TWILIO_URL || "https://api.twilio.com",
        sendgrid: environment.SENDGRID_URL || "https://api.sendgrid.com",
        ses: environment.SES_URL || undefined,
        sns: environment.SNS_URL || undefined,
      },
    },
  });
  addTokenRoutes({ subgraph, introspectionSecret: environment.INTROSPECTION_SECRET || undefined });
  return subgraph;
}
