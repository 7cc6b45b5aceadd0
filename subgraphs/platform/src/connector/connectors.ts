import { type Connector, connectorShapes, connectors, secretName } from "@mycelium/connectors";
import { emit } from "@mycelium/events";
import { authorize, kitErrors, parseInput } from "@mycelium/subgraph-kit";
import { z } from "zod";
import { logAction } from "../audit/log.ts";
import type { Context } from "../context.ts";

export interface ConnectorRow {
  name: string;
  version: number;
  updatedAt: Date;
}

const connectorName = z
  .string()
  .toLowerCase()
  .pipe(z.enum(connectors as [Connector, ...Connector[]]));

const setInput = z.object({ connector: connectorName, credentials: z.record(z.string(), z.unknown()) });

/** Into the vault, in place of what was there: the subgraphs find it within seconds. */
export async function setConnector(context: Context, input: unknown): Promise<ConnectorRow> {
  authorize(context, "ADMIN");
  const { connector, credentials } = parseInput(setInput, input);
  const checked = checkCredentials(connector, credentials);
  const { vault } = context.services;
  const version = await vault.write(vaultSession(context), secretName(connector), checked);
  await tell(context, { connector, action: version === 1 ? "connector.set" : "connector.rotated" });
  return { name: connector.toUpperCase(), version, updatedAt: new Date() };
}

/** Which field is wrong, never how it reads. */
function checkCredentials(connector: Connector, credentials: object): unknown {
  const result = connectorShapes[connector].safeParse(credentials);
  if (result.success) return result.data;
  const [issue] = result.error.issues;
  const field = ["credentials", ...(issue?.path ?? [])].join(".");
  throw kitErrors.BAD_USER_INPUT({ reason: `${field}: ${issue?.message}` });
}

const removeInput = z.object({ connector: connectorName });

export async function removeConnector(context: Context, input: unknown): Promise<boolean> {
  authorize(context, "ADMIN");
  const { connector } = parseInput(removeInput, input);
  const removed = await context.services.vault.delete(vaultSession(context), secretName(connector));
  if (removed) await tell(context, { connector, action: "connector.removed" });
  return removed;
}

export async function listConnectors(context: Context): Promise<ConnectorRow[]> {
  authorize(context, "ADMIN");
  const secrets = await context.services.vault.list(vaultSession(context));
  const names = new Map(connectors.map((connector) => [secretName(connector), connector.toUpperCase()]));
  return secrets.flatMap(({ name, version, updatedAt }) => {
    const connector = names.get(name);
    return connector === undefined ? [] : [{ name: connector, version, updatedAt }];
  });
}

function tell(context: Context, { connector, action }: { connector: string; action: string }): Promise<void> {
  return context.transact(async (tx) => {
    await logAction(tx, context.caller, { action, target: connector });
    await emit(tx, context.caller, {
      ...{
        type: "tenant.credentials_rotated",
        aggregateId: context.caller.tenantId,
        aggregateType: "Tenant",
      },
      payload: { connector },
    });
  });
}

export function vaultSession({ caller }: Context) {
  const { tenantId, userId, requestId } = caller;
  return { tenantId, userId, requestId, reader: "platform" };
}
