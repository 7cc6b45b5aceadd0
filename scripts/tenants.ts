import { readFileSync } from "node:fs";
import { parseArgs } from "node:util";
import { type HostParts, openHost } from "@mycelium/host";
import { ClientError, createLogger } from "@mycelium/subgraph-kit";
import { createApp, name } from "../subgraphs/platform/src/app.ts";
import {
  listConnectors,
  removeConnector,
  setConnector,
} from "../subgraphs/platform/src/connector/connectors.ts";
import { testConnector } from "../subgraphs/platform/src/connector/test.ts";
import { createTenant } from "../subgraphs/platform/src/tenant/create.ts";
import { listTenants } from "../subgraphs/platform/src/tenant/list.ts";
import { platformTenant } from "../subgraphs/platform/src/token/signing-keys.ts";
import { root } from "./run-command.ts";

const usage = `npm run tenants -- <command>

  list                                            every tenant
  create TENANT --name NAME --email ADDRESS       a tenant and its administrator; the password comes from stdin
         [--plan STANDARD|PREMIUM|ENTERPRISE]
  connectors TENANT                               what it has credentials for
  connect TENANT CONNECTOR                        credentials as JSON from stdin; in place of older ones: a rotation
  test TENANT CONNECTOR                           does the provider take them?
  disconnect TENANT CONNECTOR
  rotate-signing-key                              a new key for tokens; it signs after three minutes

CONNECTOR is toast, stripe, twilio, sns or email. The database and the vault are those of the environment.`;

const { values, positionals } = parseArgs({
  args: process.argv.slice(2),
  allowPositionals: true,
  options: {
    name: { type: "string" },
    email: { type: "string" },
    plan: { type: "string" },
    help: { type: "boolean", default: false },
  },
});
const [command = "", tenantId, connector] = positionals;

class UsageError extends Error {}

type Platform = ReturnType<typeof createApp>;

const commands: Readonly<Record<string, (platform: Platform) => Promise<void>>> = {
  async list(platform) {
    for (const { id, name: called, plan } of await as(platform, platformTenant, listTenants)) {
      console.log(`${id.padEnd(24)} ${plan.padEnd(12)} ${called}`);
    }
  },
  async create(platform) {
    const input = {
      ...{ id: required(tenantId, "the tenant"), name: required(values.name, "--name"), plan: values.plan },
      ...{ adminEmail: required(values.email, "--email"), adminPassword: readStdin().trim() },
    };
    const tenant = await as(platform, platformTenant, (context) => createTenant(context, input));
    console.log(`made ${tenant.id}`);
  },
  async connectors(platform) {
    for (const row of await as(platform, required(tenantId, "the tenant"), listConnectors)) {
      console.log(
        `${row.name.toLowerCase().padEnd(8)} version ${row.version}, ${row.updatedAt.toISOString()}`,
      );
    }
  },
  async connect(platform) {
    const input = { connector: required(connector, "the connector"), credentials: readCredentials() };
    const { version } = await as(platform, required(tenantId, "the tenant"), (context) =>
      setConnector(context, input),
    );
    console.log(`${connector}: version ${version}, in use within seconds`);
  },
  async test(platform) {
    const input = { connector: required(connector, "the connector") };
    const { works, reason } = await as(platform, required(tenantId, "the tenant"), (context) =>
      testConnector(context, input),
    );
    console.log(works ? `${connector} works` : `${connector} does not work: ${reason}`);
    if (!works) process.exitCode = 1;
  },
  async disconnect(platform) {
    const input = { connector: required(connector, "the connector") };
    const removed = await as(platform, required(tenantId, "the tenant"), (context) =>
      removeConnector(context, input),
    );
    console.log(removed ? `${connector} is gone` : `there was no ${connector}`);
  },
  async "rotate-signing-key"(platform) {
    const id = await as(platform, platformTenant, ({ services }) => services.signingKeys.rotate());
    console.log(`made ${id}: it signs once everybody has had time to read of it`);
  },
};

try {
  process.exitCode = await run();
} catch (error) {
  if (!(error instanceof ClientError || error instanceof UsageError)) throw error;
  console.error(error.message);
  process.exitCode = error instanceof UsageError ? 2 : 1;
}

async function run(): Promise<number> {
  const act = commands[command];
  if (!act || values.help) {
    console.log(usage);
    return values.help ? 0 : 2;
  }
  const log = createLogger({ name: "tenants", level: "error" });
  await using host = await openHost({ environment: process.env, root, schemas: [name], log });
  const parts: HostParts = { ...host.parts, environment: process.env };
  await act(createApp(parts));
  return Number(process.exitCode ?? 0);
}

/** Whoever may open the database acts as an administrator, and the audit log says that it was so. */
function as<R>(
  platform: Platform,
  tenant: string,
  work: (context: Parameters<Parameters<Platform["actAs"]>[1]>[0]) => Promise<R>,
): Promise<R> {
  const requestId = crypto.randomUUID();
  return platform.actAs(
    { tenantId: tenant, userId: "system:command-line", roles: ["ADMIN"], scopes: [], requestId },
    work,
  );
}

/** Secrets come from there, so that no list of processes and no history of a shell has them. */
function readStdin(): string {
  return readFileSync(0, "utf8");
}

function readCredentials(): unknown {
  try {
    return JSON.parse(readStdin());
  } catch {
    throw new UsageError("the credentials are not JSON");
  }
}

function required(value: string | undefined, what: string): string {
  if (!value) throw new UsageError(`${what} is missing; npm run tenants -- --help`);
  return value;
}
