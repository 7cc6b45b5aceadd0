/** None of their messages ever holds a secret, a key or a ciphertext. */
export const vaultErrors = {
  BAD_KEY_RING: "The key ring cannot be used",
  UNKNOWN_KEY: "A secret is sealed with a key that the ring does not have",
  SEAL_BROKEN: "A secret cannot be opened: it was altered, or belongs to another tenant or name",
  NO_SECRET: "There is no such secret",
  SECRET_TOO_LARGE: "A secret is larger than the vault takes",
  BACKEND_UNAVAILABLE: "The key service does not answer",
} as const;

export type VaultErrorCode = keyof typeof vaultErrors;

export class VaultError extends Error {
  override readonly name = "VaultError";

  constructor(
    readonly code: VaultErrorCode,
    detail?: string,
    options?: ErrorOptions,
  ) {
    super(detail ? `${vaultErrors[code]}: ${detail}` : vaultErrors[code], options);
  }
}
