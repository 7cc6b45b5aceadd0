import { list, section } from "../../schema/compound.ts";
import { text } from "../../schema/scalar.ts";

/** `plugins: mycelium.identity` */
export const identitySection = section({
  user: claims(["sub", "client_id"]).describe("Who it is."),
  tenant: claims(["tenant_id", "tenant", "org_id"]).describe("For whom they work."),
  roles: claims(["roles"]).describe("A list, or words with spaces between."),
  scopes: claims(["scope", "scp"]).describe(
    "A list, or words with spaces between; @requiresScopes asks for these.",
  ),
  plan: claims(["plan"]).describe("What the tenant pays for."),
}).describe("Which claims of a token say who asks: the first that a token has; /a/b leads into objects.");

function claims(names: readonly string[]) {
  return list(text()).default(names);
}
