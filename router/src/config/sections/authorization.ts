import { oneOf, section } from "../schema/compound.ts";
import { boolean } from "../schema/scalar.ts";

export const authorizationSection = section({
  require_authentication: boolean()
    .default(false)
    .describe("Whether a request without a valid token or key is refused."),
  directives: section({
    enabled: boolean().default(true).describe("Whether @authenticated, @requiresScopes and @policy count."),
    dry_run: boolean().default(false),
    reject_unauthorized: boolean().default(false),
    errors: section({
      log: boolean().default(true),
      response: oneOf("errors", "extensions", "disabled").default("errors"),
    }),
  }),
});
