import type { Database } from "@mycelium/database";
import {
  createKeyRing,
  createTransit,
  createVault,
  type KeyWrapper,
  type Vault,
  type vaultTables,
} from "@mycelium/vault";
import { developmentSecret } from "./development-secret.ts";
import type { Environment } from "./host.ts";

/** With HashiCorp Vault where VAULT_ADDR names one, else with the key ring in VAULT_KEYS. */
export function openVault(options: {
  environment: Environment;
  root: string;
  database: Database<typeof vaultTables>;
}): Vault {
  return createVault({ database: options.database, wrapper: chooseWrapper(options) });
}

function chooseWrapper({ environment, root }: { environment: Environment; root: string }): KeyWrapper {
  const { VAULT_ADDR: address, VAULT_TOKEN: token = "", VAULT_TRANSIT_KEY: key = "mycelium" } = environment;
  if (address) {
    const namespace = environment.VAULT_NAMESPACE;
    return createTransit({ address, token, key, ...(namespace && { namespace }) });
  }
  if (environment.VAULT_KEYS) return createKeyRing(environment.VAULT_KEYS);
  if (environment.NODE_ENV === "production")
    throw new Error("NODE_ENV=production needs VAULT_KEYS or VAULT_ADDR");
  return createKeyRing(developmentSecret({ environment, root }, "vault-keys"));
}
