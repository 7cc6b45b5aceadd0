import type { Logger } from "pino";
import { BoundedCache } from "../../bounded-cache.ts";
import type { JsonObject } from "../../json.ts";
import type { ProcessMeters } from "../../telemetry/observer.ts";
import type { Caller } from "../caller.ts";
import type { IdentifyCaller } from "../identify-caller.ts";
import { expiryMs } from "./check-claims.ts";
import type { TrustedKeys } from "./find-keys.ts";
import type { KeySets } from "./key-sets.ts";
import { describeFailure, type TokenError } from "./token-error.ts";
import { createTokenSources, type JwtConfig, type TokenSource } from "./token-sources.ts";
import { verifyToken } from "./verify-token.ts";

/** `status` is what the context tells under `apollo::authentication::jwt_status`. */
export type JwtOutcome =
  | { kind: "absent" }
  | { kind: "verified"; caller: Caller; status: JsonObject }
  | { kind: "refused"; error: TokenError; status: JsonObject };

export interface JwtAuthentication {
  /** At once for a token that was verified before. */
  authenticate(headers: Headers): JwtOutcome | Promise<JwtOutcome>;
  /** Resolves once all keys have been read, or cannot be. */
  readonly ready: Promise<unknown>;
  close(): void;
}

export interface JwtSurroundings {
  keySets: KeySets;
  identifyCaller: IdentifyCaller;
  meters: ProcessMeters;
  logger: Logger;
}

interface KnownToken {
  caller: Caller;
  expiresMs: number;
  keysVersion: number;
}

const knownTokensMax = 50_000;
const knownTokensBytesMax = 64 * 1024 * 1024;

export function createJwtAuthentication(
  config: JwtConfig,
  { keySets, identifyCaller, meters, logger }: JwtSurroundings,
): JwtAuthentication {
  const sources = createTokenSources(config).map((source) => ({
    ...source,
    success: Object.freeze({ Success: source.place }),
  }));
  const { trusted, release } = trustKeys(config, { keySets, logger });
  const known = createKnownTokens();

  function authenticate(headers: Headers): JwtOutcome | Promise<JwtOutcome> {
    for (const source of sources) {
      const found = source.find(headers);
      if (found === undefined) continue;
      if (typeof found !== "string") return refuse(source, found);
      const before = known.get(found);
      if (before?.keysVersion === keysVersion(trusted) && Date.now() < before.expiresMs) {
        return accept(source, before.caller);
      }
      return verify(source, found);
    }
    return absent;
  }

  async function verify(source: (typeof sources)[number], token: string): Promise<JwtOutcome> {
    const verification = await verifyToken(token, trusted, Date.now());
    if (verification.kind === "refused") return refuse(source, verification.error);
    const { claims } = verification;
    const caller = identifyCaller(claims);
    const expiresMs = expiryMs(claims) ?? Number.POSITIVE_INFINITY;
    known.set(token, { caller, expiresMs, keysVersion: keysVersion(trusted) });
    return accept(source, caller);
  }

  function accept({ success }: (typeof sources)[number], caller: Caller): JwtOutcome {
    meters.jwtChecked(false);
    return { kind: "verified", caller, status: success };
  }

  function refuse({ place }: TokenSource, error: TokenError): JwtOutcome {
    meters.jwtChecked(true);
    logger.debug(
      { jwtsource: `${place.type}:${place.name}` },
      `jwt authentication failure: ${error.message}`,
    );
    return { kind: "refused", error, status: describeFailure(place, error) };
  }

  return {
    authenticate,
    ready: Promise.all(trusted.map(({ set }) => set.settled)),
    close: release,
  };
}

const absent: JwtOutcome = { kind: "absent" };

function trustKeys(
  { jwks }: JwtConfig,
  { keySets, logger }: Pick<JwtSurroundings, "keySets" | "logger">,
): { trusted: TrustedKeys[]; release(): void } {
  const taken = jwks.map(({ issuers, audiences, algorithms, allowMissingExp, ...source }) => {
    if (allowMissingExp) warnOfEndlessTokens(source.url, { issuers, audiences, logger });
    const { set, release } = keySets.take(source, logger);
    return { trust: { set, issuers, audiences, algorithms, allowMissingExp }, release };
  });
  return {
    trusted: taken.map(({ trust }) => trust),
    release() {
      for (const { release } of taken) release();
    },
  };
}

function warnOfEndlessTokens(
  url: string,
  { issuers, audiences, logger }: Pick<TrustedKeys, "issuers" | "audiences"> & { logger: Logger },
): void {
  const anyone =
    issuers === undefined && audiences === undefined ? ", of any issuer and for any audience" : "";
  logger.warn({ url }, `allow_missing_exp is on: tokens without an end are accepted${anyone}`);
}

/** Only what was verified is kept, so that strangers cannot fill it. */
function createKnownTokens(): BoundedCache<string, KnownToken> {
  return new BoundedCache({
    entriesMax: knownTokensMax,
    weightMax: knownTokensBytesMax,
    // The claims are about as long as the token that they came from, and take more room as objects.
    weigh: (_known, token) => token.length * 4 + 500,
  });
}

/** Versions only grow, so that their sum is another as soon as one of them is. */
function keysVersion(trusted: readonly TrustedKeys[]): number {
  let sum = 0;
  for (const { set } of trusted) sum += set.version;
  return sum;
}
