import { stopSignal } from "@mycelium/subgraph-kit/stop-signal";
import { demoTenant } from "./demo.ts";
import type { Environment } from "./settings.ts";
import { signToken } from "./sign-token.ts";
import { type Platform, startPlatform } from "./start-platform.ts";

/** `npm start`: everything comes up, says where it is, and goes down in order on Ctrl-C. Gives the exit code. */
export async function startFromTerminal(environment: Environment): Promise<number> {
  const stopping = stopSignal();
  let platform: Platform;
  try {
    platform = await startPlatform(environment);
  } catch (error) {
    console.error(explain(error));
    return 1;
  }
  console.log(await describe(platform));
  await stopping;
  console.log("stopping: finishing what is under way");
  await platform.close();
  return 0;
}

/** One line for what people can mend; all of it for what they cannot. */
function explain(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const { code } = error as { code?: string };
  if (code === "EADDRINUSE")
    return `${error.message}: something else runs there; .env.example names every port`;
  return error.name === "TypeError" || error.name === "ReferenceError" ? String(error.stack) : error.message;
}

const query =
  "{ tenant { name plan } toast { orders(limit: 3) { status total guest { name visitCount } } } }";

async function describe(platform: Platform): Promise<string> {
  const { routerUrl, healthUrl, edgeUrl, sandbox } = platform;
  const claims = { tenant: demoTenant, user: "developer", role: "ADMIN", lifeSeconds: 8 * 3_600 };
  const token = await signToken(platform.subgraphs, claims);
  return `
  The platform is up.

  GraphQL    ${routerUrl}
  Health     ${healthUrl}?ready
  Edge       ${edgeUrl}   (webhooks, tokens, receipts)
  Sandbox    ${sandbox?.url}   (stand-ins of the outside services: a browser sees what went out)
  Settings   config/router.yaml   (taken over when you save it)

  A token for eight hours (npm run token makes others; people sign in at ${edgeUrl}/token):

  TOKEN=${token}

  A first query:

  curl -s ${routerUrl} -H "authorization: Bearer $TOKEN" --json '{"query":"${query}"}'

  Ctrl-C stops it.
`;
}
