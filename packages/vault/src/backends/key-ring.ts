import { keyBytes, open, seal } from "../aes-gcm.ts";
import { VaultError } from "../errors.ts";
import type { KeyWrapper } from "../key-wrapper.ts";

/**
 * Keys of our own, the newest first: `k2:<base64>,k1:<base64>`. New secrets are wrapped with the first, and old ones
 * open as long as theirs is in the ring.
 */
export function createKeyRing(text: string): KeyWrapper {
  const keys = parseRing(text);
  const [currentId = ""] = keys.keys();
  const keyOf = (keyId: string): Buffer => {
    const key = keys.get(keyId);
    if (!key) throw new VaultError("UNKNOWN_KEY", keyId);
    return key;
  };
  return {
    wrap: async (dataKey, context) => ({ keyId: currentId, text: seal(keyOf(currentId), dataKey, context) }),
    unwrap: async ({ keyId, text: wrapped }, context) => open(keyOf(keyId), wrapped, context),
    currentKeyId: async () => currentId,
  };
}

function parseRing(text: string): Map<string, Buffer> {
  const keys = new Map<string, Buffer>();
  for (const [index, entry] of text.split(",").entries()) {
    const [, id, base64] = /^\s*([\w-]{1,64}):([A-Za-z0-9+/_=-]+)\s*$/.exec(entry) ?? [];
    const key = Buffer.from(base64 ?? "", "base64");
    // Says which one by its place: the text itself is the secret.
    if (!id || key.length !== keyBytes) {
      throw new VaultError("BAD_KEY_RING", `key ${index + 1} is not <id>:<${keyBytes} bytes in base64>`);
    }
    if (keys.has(id)) throw new VaultError("BAD_KEY_RING", `${id} is there twice`);
    keys.set(id, key);
  }
  return keys;
}
