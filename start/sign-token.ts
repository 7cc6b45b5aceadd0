import { tenants } from "../subgraphs/platform/src/db/tables.ts";
import { signAccessToken, type TokenClaims } from "../subgraphs/platform/src/token/issue.ts";
import type { Subgraphs } from "./subgraphs.ts";

/** A token as signing in gives one, for whoever may start the platform: it needs no account. */
export async function signToken(
  { platform }: Pick<Subgraphs, "platform">,
  claims: TokenClaims,
): Promise<string> {
  const caller = { tenantId: claims.tenant, roles: [], scopes: [], requestId: "token" };
  return platform.actAs(caller, async (context) => {
    const [tenant] = await context.read((tx) => tx.select().from(tenants));
    return signAccessToken(context.services.signingKeys, { ...claims, plan: tenant?.plan });
  });
}
