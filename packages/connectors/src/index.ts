export {
  type Connector,
  type CredentialSource,
  type Credentials,
  connectorShapes,
  connectors,
} from "./connectors.ts";
export { connectorErrors } from "./errors.ts";
export { requireCredentials } from "./require-credentials.ts";
export { secretName, type VaultCredentialsOptions, vaultCredentials } from "./vault-credentials.ts";
