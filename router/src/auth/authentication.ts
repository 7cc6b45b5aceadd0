import type { Logger } from "pino";
import { BoundedCache } from "../bounded-cache.ts";
import type { RouterConfig } from "../config/router-config.ts";
import type { ProcessMeters } from "../telemetry/observer.ts";
import { createKeyAuthentication, type KeyOutcome } from "./api-keys/authenticate-key.ts";
import { anonymous, type Caller } from "./caller.ts";
import { contextKeys } from "./context-keys.ts";
import { compileIdentity, type IdentifyCaller, joinCallers } from "./identify-caller.ts";
import { createJwtAuthentication, type JwtOutcome } from "./jwt/authenticate-jwt.ts";
import { KeySets } from "./jwt/key-sets.ts";

export type Authenticated =
  | { kind: "caller"; caller: Caller }
  | { kind: "refused"; status: number; code: string; message: string };

/** How callers are found out. */
export interface Authentication {
  /** Reads the head of a request, and writes down in its context what it learned. */
  authenticate(headers: Headers, context: Map<string, unknown>): Authenticated | Promise<Authenticated>;
  /** For claims that came another way, such as by a coprocessor. */
  readonly identifyCaller: IdentifyCaller;
  /** Resolves once it can tell callers apart, or at least tried. */
  readonly ready: Promise<unknown>;
  close(): void;
}

/** What a reload carries over. */
export interface AuthenticationState {
  readonly keySets: KeySets;
}

export function createAuthenticationState(): AuthenticationState {
  return { keySets: new KeySets() };
}

export interface AuthenticationParts {
  config: RouterConfig;
  state: AuthenticationState;
  meters: ProcessMeters;
  logger: Logger;
}

export function createAuthentication(parts: AuthenticationParts): Authentication {
  const { config, state, meters, logger } = parts;
  const { keySets } = state;
  const identifyCaller = compileIdentity(config.plugins["mycelium.identity"]);
  const jwtConfig = config.authentication.router?.jwt;
  const keysConfig = config.plugins["mycelium.api_keys"];
  if (!jwtConfig && !keysConfig) {
    return { authenticate: () => nobody, identifyCaller, ready: Promise.resolve(), close() {} };
  }
  const jwt = jwtConfig && createJwtAuthentication(jwtConfig, { keySets, identifyCaller, meters, logger });
  const keys = keysConfig && createKeyAuthentication(keysConfig, { identifyCaller, logger });
  const settle = createSettlement({ continues: jwtConfig?.onError === "Continue" });

  return {
    authenticate(headers, context) {
      const byToken = jwt?.authenticate(headers) ?? absent;
      const byKey = keys?.authenticate(headers) ?? absent;
      return byToken instanceof Promise || byKey instanceof Promise
        ? Promise.all([byToken, byKey]).then((outcomes) => settle(...outcomes, context))
        : settle(byToken, byKey, context);
    },
    identifyCaller,
    ready: Promise.all([jwt?.ready, keys?.ready]),
    close() {
      jwt?.close();
      keys?.close();
    },
  };
}

const absent = { kind: "absent" } as const;
const nobody: Authenticated = { kind: "caller", caller: anonymous };

/** A token says for which tenant a person works, the key for which a program does: they must agree. */
const disagreement: Authenticated = {
  kind: "refused",
  status: 401,
  code: "CREDENTIALS_DISAGREE",
  message: "the token and the API key are of different tenants",
};

const joinedCallersMax = 10_000;

type Settle = (byToken: JwtOutcome, byKey: KeyOutcome, context: Map<string, unknown>) => Authenticated;

/** What a token and a key mean together: both have to be good, and the token decides who it is and what they may. */
function createSettlement({ continues }: { continues: boolean }): Settle {
  const joined = new BoundedCache<string, Caller>({ entriesMax: joinedCallersMax });

  function join(person: Caller, program: Caller): Caller {
    const key = `${person.identity} ${program.identity}`;
    const caller = joined.get(key) ?? joinCallers(person, program);
    joined.set(key, caller);
    return caller;
  }

  return function settle(byToken, byKey, context) {
    if (byToken.kind !== "absent") context.set(contextKeys.status, byToken.status);
    if (byToken.kind === "refused" && !continues) {
      const { status, message } = byToken.error;
      return { kind: "refused", status, code: "AUTH_ERROR", message };
    }
    if (byKey.kind === "refused") return byKey;
    const person = byToken.kind === "verified" ? byToken.caller : undefined;
    const program = byKey.kind === "accepted" ? byKey.caller : undefined;
    if (person?.tenant !== undefined && program?.tenant !== undefined && person.tenant !== program.tenant) {
      return disagreement;
    }
    const caller = person && program ? join(person, program) : (person ?? program);
    if (!caller) return nobody;
    context.set(contextKeys.claims, caller.claims);
    return { kind: "caller", caller };
  };
}
