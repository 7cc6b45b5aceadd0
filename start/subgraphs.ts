import type { Environment, Host } from "@mycelium/host";
import * as dining from "../subgraphs/dining/src/app.ts";
import * as email from "../subgraphs/email/src/app.ts";
import * as orders from "../subgraphs/orders/src/app.ts";
import * as payments from "../subgraphs/payments/src/app.ts";
import * as platform from "../subgraphs/platform/src/app.ts";
import * as sms from "../subgraphs/sms/src/app.ts";

/** Every subgraph that there is, in this process. */
export function createSubgraphs(host: Host, environment: Environment) {
  const parts = { ...host.parts, environment };
  return {
    dining: dining.createApp(parts),
    email: email.createApp(parts),
    orders: orders.createApp(parts),
    payments: payments.createApp(parts),
    platform: platform.createApp(parts),
    sms: sms.createApp(parts),
  };
}

export type Subgraphs = ReturnType<typeof createSubgraphs>;

export const subgraphNames = [dining.name, email.name, orders.name, payments.name, platform.name, sms.name];
