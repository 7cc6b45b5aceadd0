import type { KeySet } from "./key-set.ts";
import type { Algorithm, TokenHead } from "./read-token.ts";
import type { VerificationKey } from "./verification-key.ts";

/** A key set with what tokens signed by its keys have to say. */
export interface TrustedKeys {
  set: KeySet;
  issuers: readonly string[] | undefined;
  audiences: readonly string[] | undefined;
  algorithms: readonly Algorithm[] | undefined;
  allowMissingExp: boolean;
}

export interface Candidate {
  key: VerificationKey;
  trust: TrustedKeys;
}

/**
 * The keys that may have signed a token, in the order in which they are tried. Where any key has the token's id, only
 * such keys count, or the rules of one issuer could be passed by with another's key. What names no algorithm comes
 * first: with several failures the last one is told, and that is the most specific.
 */
export function findKeys(trusted: readonly TrustedKeys[], { algorithm, keyId }: TokenHead): Candidate[] {
  const fitting = trusted.toReversed().flatMap((trust) => {
    if (trust.algorithms && !trust.algorithms.includes(algorithm)) return [];
    return trust.set.keys.filter((key) => key.fits(algorithm)).map((key) => ({ key, trust }));
  });
  const named = keyId === undefined ? [] : fitting.filter(({ key }) => key.keyId === keyId);
  const candidates = named.length > 0 ? named : fitting;
  return candidates.toSorted((one, other) => Number(one.key.isSpecific) - Number(other.key.isSpecific));
}
