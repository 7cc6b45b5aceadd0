import { dateTimeScalar } from "@mycelium/subgraph-kit";
import type { Context } from "./context.ts";
import type { TenantRow } from "./db/tables.ts";
import type { Resolvers } from "./schema-types.ts";
import { tenantById } from "./tenant/find.ts";
import { renameTenant } from "./tenant/rename.ts";

export const resolvers: Resolvers<Context, { Tenant: TenantRow }> = {
  Query: {
    tenant: (_, __, context) => tenantById.load(context, context.caller.tenantId),
  },
  Mutation: {
    renameTenant: (_, { input }, context) => renameTenant(context, input),
  },
  Tenant: {
    __resolveReferences: (references, context) =>
      tenantById.loadMany(
        context,
        references.map(({ id }) => id),
      ),
  },
  DateTime: dateTimeScalar,
};
