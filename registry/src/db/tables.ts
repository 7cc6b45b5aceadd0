import { sql } from "drizzle-orm";
import {
  bigint,
  doublePrecision,
  jsonb,
  pgTable,
  primaryKey,
  text,
  timestamp,
  uuid,
} from "drizzle-orm/pg-core";
import type { StoredTask } from "../checks/tasks.ts";
import type { VariantSettings } from "../variant-settings.ts";

const time = (name: string) => timestamp(name, { withTimezone: true });
const graphId = () => text("graph_id").notNull().default(sql`mycelium.tenant_id()`);

export type Role = "READER" | "ROUTER" | "PUBLISHER" | "ADMIN";
export type LaunchKind = "PUBLISH" | "DELETE" | "SCHEMA" | "ROLLBACK" | "CONTRACT";

/** A subgraph as a launch has it; its schema lies among the documents. */
export interface LaunchedSubgraph {
  name: string;
  url: string | null;
  hash: string;
  updatedAt: string;
}

export interface LaunchError {
  message: string;
  code: string | null;
}

/** Where a change comes from, as Rover reads it from git. */
export interface GitContext {
  branch?: string | null;
  commit?: string | null;
  committer?: string | null;
  message?: string | null;
  remoteUrl?: string | null;
}

export const graphs = pgTable("graphs", {
  id: text().primaryKey(),
  title: text().notNull(),
  createdAt: time("created_at").notNull().defaultNow(),
});

export const keys = pgTable("keys", {
  id: uuid().primaryKey().defaultRandom(),
  graphId: graphId(),
  name: text().notNull(),
  role: text().$type<Role>().notNull(),
  hash: text().notNull(),
  createdAt: time("created_at").notNull().defaultNow(),
  revokedAt: time("revoked_at"),
});

export const documents = pgTable(
  "documents",
  { graphId: graphId(), hash: text().notNull(), body: text().notNull() },
  (table) => [primaryKey({ columns: [table.graphId, table.hash] })],
);

export const variants = pgTable(
  "variants",
  {
    graphId: graphId(),
    name: text().notNull(),
    settings: jsonb().$type<VariantSettings>().notNull().default({}),
    servedLaunch: bigint("served_launch", { mode: "number" }),
  },
  (table) => [primaryKey({ columns: [table.graphId, table.name] })],
);

export const launches = pgTable("launches", {
  id: bigint({ mode: "number" }).primaryKey().generatedAlwaysAsIdentity(),
  graphId: graphId(),
  variant: text().notNull(),
  kind: text().$type<LaunchKind>().notNull(),
  subject: text(),
  subgraphs: jsonb().$type<LaunchedSubgraph[]>(),
  supergraphHash: text("supergraph_hash"),
  apiHash: text("api_hash"),
  errors: jsonb().$type<LaunchError[]>().notNull().default([]),
  actor: text().notNull(),
  git: jsonb().$type<GitContext>().notNull().default({}),
  createdAt: time("created_at").notNull().defaultNow(),
});

export const checks = pgTable("checks", {
  id: uuid().primaryKey().defaultRandom(),
  graphId: graphId(),
  variant: text().notNull(),
  subgraph: text(),
  status: text().$type<"PASSED" | "FAILED">().notNull(),
  tasks: jsonb().$type<StoredTask[]>().notNull(),
  actor: text().notNull(),
  git: jsonb().$type<GitContext>().notNull().default({}),
  createdAt: time("created_at").notNull().defaultNow(),
});

export const approvals = pgTable(
  "approvals",
  {
    graphId: graphId(),
    variant: text().notNull(),
    change: text().notNull(),
    actor: text().notNull(),
    createdAt: time("created_at").notNull().defaultNow(),
  },
  (table) => [primaryKey({ columns: [table.graphId, table.variant, table.change] })],
);

export const operations = pgTable(
  "operations",
  {
    graphId: graphId(),
    hash: text().notNull(),
    signature: text().notNull(),
    name: text(),
    coordinates: text().array().notNull(),
    firstSeen: time("first_seen").notNull().defaultNow(),
  },
  (table) => [primaryKey({ columns: [table.graphId, table.hash] })],
);

export const usage = pgTable(
  "usage",
  {
    graphId: graphId(),
    variant: text().notNull(),
    hour: time("hour").notNull(),
    operation: text().notNull(),
    clientName: text("client_name").notNull(),
    clientVersion: text("client_version").notNull(),
    count: bigint({ mode: "number" }).notNull(),
    errors: bigint({ mode: "number" }).notNull(),
    latencyMs: doublePrecision("latency_ms").notNull(),
  },
  (table) => [
    primaryKey({
      columns: [
        ...[table.graphId, table.variant, table.hour],
        ...[table.operation, table.clientName, table.clientVersion],
      ] as never,
    }),
  ],
);

export const reports = pgTable(
  "reports",
  { graphId: graphId(), id: uuid().notNull(), takenAt: time("taken_at").notNull().defaultNow() },
  (table) => [primaryKey({ columns: [table.graphId, table.id] })],
);

export const routers = pgTable(
  "routers",
  {
    graphId: graphId(),
    variant: text().notNull(),
    name: text().notNull(),
    launch: bigint({ mode: "number" }).notNull(),
    seenAt: time("seen_at").notNull().defaultNow(),
  },
  (table) => [primaryKey({ columns: [table.graphId, table.variant, table.name] })],
);

export type LaunchRow = typeof launches.$inferSelect;
export type VariantRow = typeof variants.$inferSelect;
export type CheckRow = typeof checks.$inferSelect;
