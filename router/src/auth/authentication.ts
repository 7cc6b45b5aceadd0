import type { Logger } from "pino";
import type { RouterConfig } from "../config/router-config.ts";
import type { ProcessMeters } from "../telemetry/observer.ts";
import { anonymous, type Caller } from "./caller.ts";
import { contextKeys } from "./context-keys.ts";
import { compileIdentity, type IdentifyCaller } from "./identify-caller.ts";
import { createJwtAuthentication, type JwtOutcome } from "./jwt/authenticate-jwt.ts";
import { KeySets } from "./jwt/key-sets.ts";

export type Authenticated =
  | { kind: "caller"; caller: Caller }
  | { kind: "refused"; status: number; code: string; message: string };

/** How callers are found out; undefined parts cost nothing. */
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

export function createAuthentication({ config, state, meters, logger }: AuthenticationParts): Authentication {
  const identifyCaller = compileIdentity(config);
  const jwtConfig = config.authentication.router?.jwt;
  if (!jwtConfig)
    return { authenticate: () => unknown, identifyCaller, ready: Promise.resolve(), close() {} };
  const { keySets } = state;
  const jwt = createJwtAuthentication(jwtConfig, { keySets, identifyCaller, meters, logger });
  const continues = jwtConfig.onError === "Continue";

  function settle(outcome: JwtOutcome, context: Map<string, unknown>): Authenticated {
    if (outcome.kind === "absent") return unknown;
    context.set(contextKeys.status, outcome.status);
    if (outcome.kind === "verified") {
      context.set(contextKeys.claims, outcome.caller.claims);
      return { kind: "caller", caller: outcome.caller };
    }
    const { status, message } = outcome.error;
    return continues ? unknown : { kind: "refused", status, code: "AUTH_ERROR", message };
  }

  return {
    authenticate(headers, context) {
      const outcome = jwt.authenticate(headers);
      return outcome instanceof Promise
        ? outcome.then((settled) => settle(settled, context))
        : settle(outcome, context);
    },
    identifyCaller,
    ready: jwt.ready,
    close: () => jwt.close(),
  };
}

const unknown: Authenticated = { kind: "caller", caller: anonymous };
