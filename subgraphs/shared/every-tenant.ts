import { type Connector, secretName } from "@mycelium/connectors";
import type { Tables } from "@mycelium/database";
import { enqueue, type JobDefinition } from "@mycelium/jobs";
import type { RequestContext, Subgraph } from "@mycelium/subgraph-kit";
import type { Vault } from "@mycelium/vault";

export interface TenantJob<T extends Tables, Services> {
  /** `<subgraph>.<what it does>` */
  name: string;
  cron: string;
  /** Whoever has given credentials for it. */
  connector: Connector;
  run(context: RequestContext<T, Services>): Promise<unknown>;
}

interface TenantPayload {
  tenantId: string;
}

/**
 * Does something at its time for every tenant that has a connector: one job finds the tenants and adds a job for each,
 * so that one tenant's trouble is tried again alone. A tenant whose last one still waits gets no second.
 */
export function everyTenant<T extends Tables, Services>(
  subgraph: Subgraph<T, Services>,
  vault: Pick<Vault, "holders">,
  { name, cron, connector, run }: TenantJob<T, Services>,
): JobDefinition<never>[] {
  const one: JobDefinition<TenantPayload> = {
    name: `${name}_of_tenant`,
    run: ({ tenantId }) =>
      subgraph.actAs(systemCaller(tenantId, name), async (context) => void (await run(context))),
  };
  const all: JobDefinition<never> = {
    ...{ name, cron },
    async run() {
      for (const tenantId of await vault.holders(secretName(connector), name)) {
        await subgraph.actAs(systemCaller(tenantId, name), (context) =>
          context.transact((tx) =>
            enqueue(tx, one, { payload: { tenantId }, key: `${name}:${tenantId}`, attemptsMax: 3 }),
          ),
        );
      }
    },
  };
  return [all, one as JobDefinition<never>];
}

function systemCaller(tenantId: string, name: string) {
  const requestId = crypto.randomUUID();
  return { tenantId, requestId, userId: `system:${name}`, roles: ["ADMIN"], scopes: [] };
}
