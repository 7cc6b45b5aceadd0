/**
 * Wraps the key of each secret with a key that never leaves it. `context` (tenant and name) must be the same at
 * unwrapping, so that a row moved to another tenant does not open.
 */
export interface KeyWrapper {
  wrap(dataKey: Buffer, context: string): Promise<WrappedKey>;
  unwrap(wrapped: WrappedKey, context: string): Promise<Buffer>;
  /** The key that is used for new secrets; those under another wait for rotation. */
  currentKeyId(): Promise<string>;
}

export interface WrappedKey {
  keyId: string;
  text: string;
}
