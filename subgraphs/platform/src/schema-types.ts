// Written by `npm run codegen` from schema.graphql.
import type { Eventually, ReferencesResolver, Resolver, SourceOf } from "@mycelium/subgraph-kit";
import type { GraphQLScalarType } from "graphql";

export type Plan = "STANDARD" | "PREMIUM" | "ENTERPRISE";

export interface RenameTenantInput {
  name: string;
}

export interface TenantReference {
  __typename: "Tenant";
  id: string;
}

export interface Sources {
  Query: unknown;
  Mutation: unknown;
  Tenant: {
    id: string | number;
    name: string;
    plan: Plan;
    createdAt: Date | string;
  };
}

export interface Resolvers<Context, Own = object> {
  Query?: {
    tenant?: Resolver<SourceOf<"Query", Own, Sources>, object, Context, SourceOf<"Tenant", Own, Sources> | null | undefined>;
  };
  Mutation?: {
    renameTenant?: Resolver<SourceOf<"Mutation", Own, Sources>, { input: RenameTenantInput; }, Context, SourceOf<"Tenant", Own, Sources>>;
  };
  Tenant?: {
    __resolveReferences?: ReferencesResolver<TenantReference, Context, SourceOf<"Tenant", Own, Sources>>;
    __resolveReference?: (reference: TenantReference, context: Context) => Eventually<SourceOf<"Tenant", Own, Sources> | null | undefined>;
    id?: Resolver<SourceOf<"Tenant", Own, Sources>, object, Context, string | number>;
    name?: Resolver<SourceOf<"Tenant", Own, Sources>, object, Context, string>;
    plan?: Resolver<SourceOf<"Tenant", Own, Sources>, object, Context, Plan>;
    createdAt?: Resolver<SourceOf<"Tenant", Own, Sources>, object, Context, Date | string>;
  };
  DateTime?: GraphQLScalarType;
}
