import { compactVerify, errors } from "jose";
import type { JsonObject } from "../../json.ts";
import { checkClaims } from "./check-claims.ts";
import { type Candidate, findKeys, type TrustedKeys } from "./find-keys.ts";
import { readClaims, readTokenHead, type TokenHead } from "./read-token.ts";
import { type TokenError, tokenErrors, tokenFlaws } from "./token-error.ts";

export type Verification = { kind: "verified"; claims: JsonObject } | { kind: "refused"; error: TokenError };

export async function verifyToken(
  token: string,
  trusted: readonly TrustedKeys[],
  nowMs: number,
): Promise<Verification> {
  const head = readTokenHead(token);
  if (head.kind === "flawed") return refused(tokenErrors.badHead(head.flaw));
  await lookForKeys(trusted, head.value);
  const candidates = findKeys(trusted, head.value);
  let error = noKey(head.value);
  for (const candidate of candidates) {
    const verification = await verifyWith(token, head.value, candidate, nowMs);
    if (verification.kind === "verified") return verification;
    error = verification.error;
  }
  return refused(error);
}

/** Waits for what is being read for the first time, and looks once more for a key that nobody knows. */
async function lookForKeys(trusted: readonly TrustedKeys[], { keyId }: TokenHead): Promise<void> {
  await Promise.all(trusted.map(({ set }) => set.settled));
  if (keyId === undefined) return;
  if (trusted.some(({ set }) => set.keys.some((key) => key.keyId === keyId))) return;
  const polls = trusted.flatMap(({ set }) => set.pollEarly() ?? []);
  if (polls.length > 0) await Promise.race([Promise.all(polls), Bun.sleep(earlyPollWaitMs)]);
}

const earlyPollWaitMs = 2_000;

function noKey({ algorithm, keyId }: TokenHead): TokenError {
  return keyId === undefined ? tokenErrors.noKeyFor(algorithm) : tokenErrors.unknownKey(keyId);
}

async function verifyWith(
  token: string,
  { algorithm }: TokenHead,
  { key, trust }: Candidate,
  nowMs: number,
): Promise<Verification> {
  let loaded: Awaited<ReturnType<typeof key.load>>;
  try {
    loaded = await key.load(algorithm);
  } catch {
    return refused(tokenErrors.badKey);
  }
  let payload: Uint8Array;
  try {
    ({ payload } = await compactVerify(token, loaded, { algorithms: [algorithm] }));
  } catch (error) {
    return refused(explain(error));
  }
  const claims = readClaims(payload);
  if (claims.kind === "flawed") return refused(tokenErrors.badToken(claims.flaw));
  const error = checkClaims(claims.value, trust, nowMs);
  return error ? refused(error) : { kind: "verified", claims: claims.value };
}

function explain(error: unknown): TokenError {
  if (error instanceof errors.JWSSignatureVerificationFailed)
    return tokenErrors.badToken(tokenFlaws.signature);
  if (error instanceof errors.JOSEAlgNotAllowed) return tokenErrors.badToken(tokenFlaws.algorithm);
  if (error instanceof errors.JOSEError) return tokenErrors.badToken(tokenFlaws.shape);
  // A key that is too weak for its algorithm, or none at all.
  if (error instanceof TypeError || error instanceof DOMException) return tokenErrors.badKey;
  throw error;
}

function refused(error: TokenError): Verification {
  return { kind: "refused", error };
}
