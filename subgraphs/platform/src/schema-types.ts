// Written by `npm run codegen` from schema.graphql.
import type { Eventually, ReferencesResolver, Resolver, SourceOf } from "@mycelium/subgraph-kit";
import type { GraphQLScalarType } from "graphql";

export type Plan = "STANDARD" | "PREMIUM" | "ENTERPRISE";

export type AccountRole = "USER" | "STAFF" | "ADMIN";

export type ConnectorName = "TOAST" | "STRIPE" | "TWILIO" | "SNS" | "EMAIL";

export interface CreateTenantInput {
  id: string;
  name: string;
  plan: Plan | null;
  adminEmail: string;
  adminPassword: string;
}

export interface RenameTenantInput {
  name: string;
}

export interface CreateAccountInput {
  email: string;
  name: string;
  role: AccountRole;
  password: string;
}

export interface CreateApiKeyInput {
  name: string;
  role: AccountRole | null;
  scopes: readonly (string)[] | null;
  expiresAt?: Date | null;
}

export interface TenantReference {
  __typename: "Tenant";
  id: string;
}

export interface AccountReference {
  __typename: "Account";
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
    accounts?: readonly (Sources["Account"] | Error)[];
    apiKeys?: readonly (Sources["ApiKey"] | Error)[];
    connectors?: readonly (Sources["Connector"] | Error)[];
    auditLog?: Sources["AuditConnection"];
  };
  Account: {
    id: string | number;
    email: string;
    name: string;
    role: AccountRole;
    createdAt: Date | string;
    isActive: boolean;
  };
  ApiKey: {
    id: string | number;
    name: string;
    role: AccountRole;
    scopes: readonly (string | Error)[];
    createdAt: Date | string;
    expiresAt?: Date | string | null | undefined;
    isActive: boolean;
  };
  CreatedApiKey: {
    key: string;
    apiKey?: Sources["ApiKey"];
  };
  Connector: {
    name: ConnectorName;
    version: number;
    updatedAt: Date | string;
  };
  ConnectorTest: {
    works: boolean;
    reason?: string | null | undefined;
  };
  AuditConnection: {
    edges?: readonly (Sources["AuditEdge"] | Error)[];
    pageInfo?: Sources["PageInfo"];
  };
  AuditEdge: {
    cursor: string;
    node?: Sources["AuditEntry"];
  };
  AuditEntry: {
    id: string | number;
    actor: string;
    action: string;
    target?: string | null | undefined;
    requestId?: string | null | undefined;
    happenedAt: Date | string;
  };
  PageInfo: {
    hasNextPage: boolean;
    hasPreviousPage: boolean;
    startCursor?: string | null | undefined;
    endCursor?: string | null | undefined;
  };
}

export interface Resolvers<Context, Own = object> {
  DateTime?: GraphQLScalarType;
  JSON?: GraphQLScalarType;
  Query?: {
    tenant?: Resolver<SourceOf<"Query", Own, Sources>, { id?: string | null; }, Context, SourceOf<"Tenant", Own, Sources> | null | undefined>;
    me?: Resolver<SourceOf<"Query", Own, Sources>, object, Context, SourceOf<"Account", Own, Sources> | null | undefined>;
  };
  Mutation?: {
    createTenant?: Resolver<SourceOf<"Mutation", Own, Sources>, { input: CreateTenantInput; }, Context, SourceOf<"Tenant", Own, Sources>>;
    renameTenant?: Resolver<SourceOf<"Mutation", Own, Sources>, { input: RenameTenantInput; }, Context, SourceOf<"Tenant", Own, Sources>>;
    createAccount?: Resolver<SourceOf<"Mutation", Own, Sources>, { input: CreateAccountInput; }, Context, SourceOf<"Account", Own, Sources>>;
    setAccountRole?: Resolver<SourceOf<"Mutation", Own, Sources>, { id: string; role: AccountRole; }, Context, SourceOf<"Account", Own, Sources>>;
    deactivateAccount?: Resolver<SourceOf<"Mutation", Own, Sources>, { id: string; }, Context, SourceOf<"Account", Own, Sources>>;
    changePassword?: Resolver<SourceOf<"Mutation", Own, Sources>, { current: string; new: string; }, Context, boolean>;
    createApiKey?: Resolver<SourceOf<"Mutation", Own, Sources>, { input: CreateApiKeyInput; }, Context, SourceOf<"CreatedApiKey", Own, Sources>>;
    revokeApiKey?: Resolver<SourceOf<"Mutation", Own, Sources>, { id: string; }, Context, SourceOf<"ApiKey", Own, Sources>>;
    setConnector?: Resolver<SourceOf<"Mutation", Own, Sources>, { connector: ConnectorName; credentials: unknown; }, Context, SourceOf<"Connector", Own, Sources>>;
    testConnector?: Resolver<SourceOf<"Mutation", Own, Sources>, { connector: ConnectorName; }, Context, SourceOf<"ConnectorTest", Own, Sources>>;
    removeConnector?: Resolver<SourceOf<"Mutation", Own, Sources>, { connector: ConnectorName; }, Context, boolean>;
  };
  Tenant?: {
    __resolveReferences?: ReferencesResolver<TenantReference, Context, SourceOf<"Tenant", Own, Sources>>;
    __resolveReference?: (reference: TenantReference, context: Context) => Eventually<SourceOf<"Tenant", Own, Sources> | null | undefined>;
    id?: Resolver<SourceOf<"Tenant", Own, Sources>, object, Context, string | number>;
    name?: Resolver<SourceOf<"Tenant", Own, Sources>, object, Context, string>;
    plan?: Resolver<SourceOf<"Tenant", Own, Sources>, object, Context, Plan>;
    createdAt?: Resolver<SourceOf<"Tenant", Own, Sources>, object, Context, Date | string>;
    accounts?: Resolver<SourceOf<"Tenant", Own, Sources>, object, Context, readonly (SourceOf<"Account", Own, Sources> | Error)[]>;
    apiKeys?: Resolver<SourceOf<"Tenant", Own, Sources>, object, Context, readonly (SourceOf<"ApiKey", Own, Sources> | Error)[]>;
    connectors?: Resolver<SourceOf<"Tenant", Own, Sources>, object, Context, readonly (SourceOf<"Connector", Own, Sources> | Error)[]>;
    auditLog?: Resolver<SourceOf<"Tenant", Own, Sources>, { first: number | null; after?: string | null; }, Context, SourceOf<"AuditConnection", Own, Sources>>;
  };
  Account?: {
    __resolveReferences?: ReferencesResolver<AccountReference, Context, SourceOf<"Account", Own, Sources>>;
    __resolveReference?: (reference: AccountReference, context: Context) => Eventually<SourceOf<"Account", Own, Sources> | null | undefined>;
    id?: Resolver<SourceOf<"Account", Own, Sources>, object, Context, string | number>;
    email?: Resolver<SourceOf<"Account", Own, Sources>, object, Context, string>;
    name?: Resolver<SourceOf<"Account", Own, Sources>, object, Context, string>;
    role?: Resolver<SourceOf<"Account", Own, Sources>, object, Context, AccountRole>;
    createdAt?: Resolver<SourceOf<"Account", Own, Sources>, object, Context, Date | string>;
    isActive?: Resolver<SourceOf<"Account", Own, Sources>, object, Context, boolean>;
  };
  ApiKey?: {
    id?: Resolver<SourceOf<"ApiKey", Own, Sources>, object, Context, string | number>;
    name?: Resolver<SourceOf<"ApiKey", Own, Sources>, object, Context, string>;
    role?: Resolver<SourceOf<"ApiKey", Own, Sources>, object, Context, AccountRole>;
    scopes?: Resolver<SourceOf<"ApiKey", Own, Sources>, object, Context, readonly (string | Error)[]>;
    createdAt?: Resolver<SourceOf<"ApiKey", Own, Sources>, object, Context, Date | string>;
    expiresAt?: Resolver<SourceOf<"ApiKey", Own, Sources>, object, Context, Date | string | null | undefined>;
    isActive?: Resolver<SourceOf<"ApiKey", Own, Sources>, object, Context, boolean>;
  };
  CreatedApiKey?: {
    key?: Resolver<SourceOf<"CreatedApiKey", Own, Sources>, object, Context, string>;
    apiKey?: Resolver<SourceOf<"CreatedApiKey", Own, Sources>, object, Context, SourceOf<"ApiKey", Own, Sources>>;
  };
  Connector?: {
    name?: Resolver<SourceOf<"Connector", Own, Sources>, object, Context, ConnectorName>;
    version?: Resolver<SourceOf<"Connector", Own, Sources>, object, Context, number>;
    updatedAt?: Resolver<SourceOf<"Connector", Own, Sources>, object, Context, Date | string>;
  };
  ConnectorTest?: {
    works?: Resolver<SourceOf<"ConnectorTest", Own, Sources>, object, Context, boolean>;
    reason?: Resolver<SourceOf<"ConnectorTest", Own, Sources>, object, Context, string | null | undefined>;
  };
  AuditConnection?: {
    edges?: Resolver<SourceOf<"AuditConnection", Own, Sources>, object, Context, readonly (SourceOf<"AuditEdge", Own, Sources> | Error)[]>;
    pageInfo?: Resolver<SourceOf<"AuditConnection", Own, Sources>, object, Context, SourceOf<"PageInfo", Own, Sources>>;
  };
  AuditEdge?: {
    cursor?: Resolver<SourceOf<"AuditEdge", Own, Sources>, object, Context, string>;
    node?: Resolver<SourceOf<"AuditEdge", Own, Sources>, object, Context, SourceOf<"AuditEntry", Own, Sources>>;
  };
  AuditEntry?: {
    id?: Resolver<SourceOf<"AuditEntry", Own, Sources>, object, Context, string | number>;
    actor?: Resolver<SourceOf<"AuditEntry", Own, Sources>, object, Context, string>;
    action?: Resolver<SourceOf<"AuditEntry", Own, Sources>, object, Context, string>;
    target?: Resolver<SourceOf<"AuditEntry", Own, Sources>, object, Context, string | null | undefined>;
    requestId?: Resolver<SourceOf<"AuditEntry", Own, Sources>, object, Context, string | null | undefined>;
    happenedAt?: Resolver<SourceOf<"AuditEntry", Own, Sources>, object, Context, Date | string>;
  };
  PageInfo?: {
    hasNextPage?: Resolver<SourceOf<"PageInfo", Own, Sources>, object, Context, boolean>;
    hasPreviousPage?: Resolver<SourceOf<"PageInfo", Own, Sources>, object, Context, boolean>;
    startCursor?: Resolver<SourceOf<"PageInfo", Own, Sources>, object, Context, string | null | undefined>;
    endCursor?: Resolver<SourceOf<"PageInfo", Own, Sources>, object, Context, string | null | undefined>;
  };
}
