import { type Environment, type Host, verifyCallersOf } from "@mycelium/host";
import * as orders from "../subgraphs/orders/src/app.ts";
import * as payments from "../subgraphs/payments/src/app.ts";
import * as platform from "../subgraphs/platform/src/app.ts";

/** Every subgraph that there is, in this process. */
export function createSubgraphs(host: Host, environment: Environment) {
  const partsFor = (name: string) => ({
    ...host.parts,
    environment,
    verifyContext: verifyCallersOf(name, environment),
  });
  return {
    orders: orders.createApp(partsFor(orders.name)),
    payments: payments.createApp(partsFor(payments.name)),
    platform: platform.createApp(partsFor(platform.name)),
  };
}

export type Subgraphs = ReturnType<typeof createSubgraphs>;

export const subgraphNames = [orders.name, payments.name, platform.name];
