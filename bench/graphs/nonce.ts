const NONCE_MARK = "Zq";
const NONCE_DIGITS = 8;

/** Stands in an operation or its variables where each request gets a value of its own (see subgraphs/replay.rs). */
export const NONCE = NONCE_MARK + "0".repeat(NONCE_DIGITS);

export function withNonce(body: string, nonce: number): string {
  return body.replaceAll(NONCE, NONCE_MARK + String(nonce).padStart(NONCE_DIGITS, "0"));
}
