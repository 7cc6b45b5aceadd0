export {
  type Connector,
  type CredentialSource,
  type Credentials,
  connectorShapes,
  connectors,
} from "./connectors.ts";
export { secretName, type VaultCredentialsOptions, vaultCredentials } from "./vault-credentials.ts";
