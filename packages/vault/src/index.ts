export { createTransit, type TransitOptions } from "./backends/hashicorp-transit.ts";
export { createKeyRing } from "./backends/key-ring.ts";
export { VaultError, type VaultErrorCode, vaultErrors } from "./errors.ts";
export type { KeyWrapper, WrappedKey } from "./key-wrapper.ts";
export {
  type AccessRow,
  createVault,
  requireSecret,
  type Vault,
  type VaultSession,
  vaultSchema,
  vaultTables,
} from "./vault.ts";
