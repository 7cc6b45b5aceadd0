import type { Connector, CredentialSource, Credentials } from "./connectors.ts";
import { connectorErrors } from "./errors.ts";

/** Where nothing can be done without them. */
export async function requireCredentials<C extends Connector>(
  source: CredentialSource,
  tenantId: string,
  connector: C,
): Promise<Credentials<C>> {
  const credentials = await source.find(tenantId, connector);
  if (!credentials) throw connectorErrors.CONNECTOR_NOT_CONFIGURED({ connector });
  return credentials;
}
