import type { Environment, Host } from "@mycelium/host";
import * as orders from "../subgraphs/orders/src/app.ts";
import * as payments from "../subgraphs/payments/src/app.ts";
import * as platform from "../subgraphs/platform/src/app.ts";
import * as sms from "../subgraphs/sms/src/app.ts";

/** Every subgraph that there is, in this process. */
export function createSubgraphs(host: Host, environment: Environment) {
  const parts = { ...host.parts, environment };
  return {
    orders: orders.createApp(parts),
    payments: payments.createApp(parts),
    platform: platform.createApp(parts),
    sms: sms.createApp(parts),
  };
}

export type Subgraphs = ReturnType<typeof createSubgraphs>;

export const subgraphNames = [orders.name, payments.name, platform.name, sms.name];
