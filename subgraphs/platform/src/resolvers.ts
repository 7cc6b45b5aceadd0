import { dateTimeScalar, jsonScalar } from "@mycelium/subgraph-kit";
import {
  changePassword,
  createAccount,
  deactivateAccount,
  findMe,
  listAccounts,
  setAccountRole,
} from "./account/accounts.ts";
import { createApiKey, isActive, listApiKeys, revokeApiKey } from "./api-key/keys.ts";
import { listAuditLog } from "./audit/list.ts";
import { type ConnectorRow, listConnectors, removeConnector, setConnector } from "./connector/connectors.ts";
import { testConnector } from "./connector/test.ts";
import type { Context } from "./context.ts";
import type { AccountRow, ApiKeyRow, AuditRow, TenantRow } from "./db/tables.ts";
import type { ConnectorName, Resolvers } from "./schema-types.ts";
import { createTenant } from "./tenant/create.ts";
import { findTenant, tenantById } from "./tenant/find.ts";
import { renameTenant } from "./tenant/rename.ts";

interface Rows {
  Tenant: TenantRow;
  Account: AccountRow;
  ApiKey: ApiKeyRow;
  CreatedApiKey: { key: string; apiKey: ApiKeyRow };
  Connector: ConnectorRow;
  AuditEntry: AuditRow;
}

export const resolvers: Resolvers<Context, Rows> = {
  Query: {
    tenant: (_, { id }, context) => findTenant(context, id),
    me: (_, __, context) => findMe(context),
  },
  Mutation: {
    createTenant: (_, { input }, context) => createTenant(context, input),
    renameTenant: (_, { input }, context) => renameTenant(context, input),
    createAccount: (_, { input }, context) => createAccount(context, input),
    setAccountRole: (_, input, context) => setAccountRole(context, input),
    deactivateAccount: (_, input, context) => deactivateAccount(context, input),
    changePassword: (_, input, context) => changePassword(context, input),
    createApiKey: (_, { input }, context) => createApiKey(context, input),
    revokeApiKey: (_, input, context) => revokeApiKey(context, input),
    setConnector: (_, input, context) => setConnector(context, input),
    testConnector: (_, input, context) => testConnector(context, input),
    removeConnector: (_, input, context) => removeConnector(context, input),
  },
  Tenant: {
    __resolveReferences: (references, context) =>
      tenantById.loadMany(
        context,
        references.map(({ id }) => id),
      ),
    accounts: (_, __, context) => listAccounts(context),
    apiKeys: (_, __, context) => listApiKeys(context),
    connectors: (_, __, context) => listConnectors(context),
    auditLog: (_, page, context) => listAuditLog(context, page),
  },
  Account: {
    __resolveReference: async ({ id }, context) => {
      const me = await findMe(context);
      return me?.id === id ? me : null;
    },
    isActive: ({ deactivatedAt }) => deactivatedAt === null,
  },
  ApiKey: { isActive: (key) => isActive(key) },
  Connector: { name: ({ name }) => name as ConnectorName },
  DateTime: dateTimeScalar,
  JSON: jsonScalar,
};
