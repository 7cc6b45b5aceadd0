// The registry and what is done to it by hand: npm run registry [-- <command>]
import { readFileSync } from "node:fs";
import { stopSignal } from "@mycelium/subgraph-kit/stop-signal";
import { accessOf } from "./api/access.ts";
import { GraphMutationApi } from "./api/graph-mutation.ts";
import type { Role } from "./db/tables.ts";
import { countKeys, createKey, revokeKeys } from "./keys/manage.ts";
import { openRegistry } from "./open-registry.ts";

const usage = `npm run registry [-- <command>]

  (none)                                 start it, with a first key for the graph "mycelium"
  keys create GRAPH ROLE NAME            ROLE is READER, ROUTER, PUBLISHER or ADMIN; prints the key, once
  keys revoke GRAPH NAME
  rollback GRAPH@VARIANT [LAUNCH]        serve an earlier launch again
  approve GRAPH@VARIANT "CHANGE"         let a change pass its check, such as "FIELD_REMOVED Order.tip"
  settings GRAPH@VARIANT FILE            what its checks go by, as JSON (docs/schema-governance.md)

REGISTRY_PORT=4070, REGISTRY_HOST=127.0.0.1, REGISTRY_URL (where others find it), DATABASE_URL.`;

const firstGraph = "mycelium";
const roles: readonly string[] = ["READER", "ROUTER", "PUBLISHER", "ADMIN"];

class UsageError extends Error {}

const { env } = process;
const port = Number(env.REGISTRY_PORT || 4070);
const hostname = env.REGISTRY_HOST || "127.0.0.1";
const publicUrl = (env.REGISTRY_URL || `http://${hostname}:${port}`).replace(/\/$/, "");

const commands: Readonly<Record<string, (...args: string[]) => Promise<void>>> = {
  async keys(deed, graphId = "", ...rest) {
    await using registry = await open();
    if (deed === "create") {
      const [role = "", name = ""] = rest;
      if (!roles.includes(role) || name === "") throw new UsageError("keys create takes GRAPH ROLE NAME");
      console.log(await createKey(registry.database, { graphId, name, role: role as Role }));
    } else if (deed === "revoke") {
      const [name = ""] = rest;
      console.log(`${await revokeKeys(registry.database, { graphId, name })} keys taken back`);
    } else throw new UsageError("keys takes create or revoke");
  },
  async rollback(ref, launch) {
    const { id, actor } = await act(ref, (variant) => variant.rollBack({ launch: launch ?? null }));
    console.log(`${ref} serves launch ${id} now (${actor})`);
  },
  async approve(ref, change = "") {
    if (change === "") throw new UsageError("approve takes GRAPH@VARIANT and a change");
    await act(ref, (variant) => variant.approveChange({ change }));
    console.log(`${change} passes the checks of ${ref}`);
  },
  async settings(ref, file = "") {
    if (file === "") throw new UsageError("settings takes GRAPH@VARIANT and a file");
    await act(ref, (variant) => variant.configure({ settings: readFileSync(file, "utf8") }));
    console.log(`${ref} is checked by ${file}`);
  },
};

function open() {
  return openRegistry({ environment: env, publicUrl });
}

/** Whoever has the database may do what an administrator may. */
async function act<R>(
  ref: string | undefined,
  deed: (variant: ReturnType<GraphMutationApi["variant"]>) => Promise<R>,
): Promise<R> {
  const [graphId, name] = (ref ?? "").split("@");
  if (!graphId || !name) throw new UsageError(`${ref ?? "nothing"} is no GRAPH@VARIANT`);
  await using registry = await open();
  const caller = { graphId, keyName: "command line", role: "ADMIN" as const };
  return await deed(new GraphMutationApi(accessOf(caller, { ...registry, publicUrl })).variant({ name }));
}

async function serve(): Promise<void> {
  await using registry = await open();
  const { database, app } = registry;
  if ((await countKeys(database, firstGraph)) === 0) {
    const key = await createKey(database, { graphId: firstGraph, name: "first", role: "ADMIN" });
    console.log(`A first key for the graph "${firstGraph}", shown once: ${key}`);
  }
  const server = Bun.serve({ hostname, port, idleTimeout: 60, fetch: (request) => app.fetch(request) });
  console.log(
    `The registry is at ${publicUrl}. Point Rover at it with APOLLO_REGISTRY_URL=${publicUrl}/graphql`,
  );
  await stopSignal();
  await server.stop();
}

const [name, ...args] = process.argv.slice(2);
try {
  if (name === "--help" || name === "help") console.log(usage);
  else if (name === undefined) await serve();
  else if (commands[name]) await commands[name](...args);
  else throw new UsageError(`There is no command ${name}`);
} catch (error) {
  console.error(error instanceof UsageError ? `${error.message}\n\n${usage}` : (error as Error).message);
  process.exitCode = 1;
}
