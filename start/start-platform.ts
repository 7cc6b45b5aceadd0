import { randomBytes } from "node:crypto";
import { join } from "node:path";
import { developmentContextSecrets, openHost } from "@mycelium/host";
import { type Sandbox, startSandbox } from "@mycelium/sandbox";
import type { Vault } from "@mycelium/vault";
import { serveInProcess } from "../router/src/server/serve-in-process.ts";
import { demoAccount, seedDemo } from "./demo.ts";
import { startEdge } from "./edge.ts";
import { type CacheHearing, hearCacheEvents } from "./hear-cache-events.ts";
import { type Environment, readSettings, root, type Settings } from "./settings.ts";
import { createSubgraphs, type Subgraphs, subgraphNames } from "./subgraphs.ts";

export interface Platform extends AsyncDisposable {
  routerUrl: string;
  healthUrl: string | undefined;
  edgeUrl: string;
  /** Undefined where the outside services are the real ones. */
  sandbox: Sandbox | undefined;
  subgraphs: Subgraphs;
  vault: Vault;
  /** As its owner: for who looks at the whole of it. */
  databaseUrl: string;
  close(): Promise<void>;
}

export interface StartOptions {
  /** Sees the text of every statement. */
  onStatement?: (sql: string) => void;
}

/** Everything in this process: the database beside it, the providers' stand-ins, the subgraphs and the router. */
export async function startPlatform(
  environment: Environment,
  { onStatement }: StartOptions = {},
): Promise<Platform> {
  const settings = readSettings(environment);
  await using stack = new AsyncDisposableStack();
  const sandbox = settings.isProduction ? undefined : stack.use(await openSandbox(settings));
  let subgraphs: Subgraphs | undefined;
  const edge = startEdge({ port: settings.edgePort, subgraphs: () => subgraphs });
  stack.defer(() => edge.stop(true));
  const surroundings = {
    ...(sandbox && addressesOf(sandbox)),
    WEBHOOK_BASE_URL: edge.url.origin,
    INTROSPECTION_SECRET: randomBytes(32).toString("base64url"),
    INTROSPECTION_URL: `${edge.url.origin}/internal/introspect`,
    ...environment,
  };
  const host = stack.use(
    await openHost({ environment, root, schemas: subgraphNames, ...(onStatement && { onStatement }) }),
  );
  const made = createSubgraphs(host, surroundings);
  await host.start(Object.values(made));
  subgraphs = made;
  const edgeUrl = edge.url.origin;
  if (sandbox) await seedDemo({ sandbox, subgraphs: made, vault: host.parts.vault, edgeUrl });
  let hearing: CacheHearing | undefined;
  const router = stack.use(
    await serveInProcess({
      configPath: environment.ROUTER_CONFIG || join(root, "config/router.yaml"),
      supergraphPath: environment.SUPERGRAPH || join(root, "supergraph.graphql"),
      environment: {
        JWKS_URL: `${edgeUrl}/.well-known/jwks.json`,
        ...signingKey(environment.CONTEXT_SECRETS || developmentContextSecrets({ environment, root })),
        ...surroundings,
      },
      handlerFor: (name) => (isOurs(made, name) ? made[name].app.fetch : undefined),
      log: environment.ROUTER_LOG || "warn",
      onReloaded: () => hearing?.renew(),
    }),
  );
  hearing = stack.use(await hearCacheEvents(host.bus, router));
  const running = stack.move();
  const close = () => running.disposeAsync();
  return {
    routerUrl: router.url,
    healthUrl: router.healthUrl,
    edgeUrl,
    sandbox,
    subgraphs: made,
    vault: host.parts.vault,
    databaseUrl: host.databaseServer.ownerUrl("mycelium"),
    close,
    [Symbol.asyncDispose]: close,
  };
}

function openSandbox({ sandboxPort, sandboxSmtpPort, dataFolder }: Settings) {
  return startSandbox({
    port: sandboxPort,
    smtpPort: sandboxSmtpPort,
    accounts: [demoAccount],
    stateFile: join(dataFolder, "sandbox.json"),
  });
}

/** Where the stand-ins answer in the providers' place. */
function addressesOf({ url }: Sandbox) {
  const names = ["TOAST_URL", "STRIPE_URL", "TWILIO_URL", "SENDGRID_URL", "SES_URL"];
  return { ...Object.fromEntries(names.map((name) => [name, url])), SNS_URL: `${url}/sns/` };
}

/** The first of the secrets signs; subgraphs believe all of them. */
function signingKey(secrets: string): { CONTEXT_KEY_ID: string; CONTEXT_SECRET: string } {
  const [, id = "", secret = ""] = /^\s*([\w-]+):([^,\s]+)/.exec(secrets) ?? [];
  return { CONTEXT_KEY_ID: id, CONTEXT_SECRET: secret };
}

function isOurs(subgraphs: Subgraphs, name: string): name is keyof Subgraphs {
  return Object.hasOwn(subgraphs, name);
}
