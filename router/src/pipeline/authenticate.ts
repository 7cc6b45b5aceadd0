import type { Authenticated } from "../auth/authentication.ts";
import { anonymous, type Caller } from "../auth/caller.ts";
import { contextKeys } from "../auth/context-keys.ts";
import { isJsonObject, type JsonValue } from "../json.ts";
import { answerWith, next, type Staged } from "./answer.ts";
import { clientErrors } from "./client-errors.ts";
import type { Exchange } from "./exchange.ts";

/** Finds out who asks, by the head of the request alone. */
export function authenticate({
  pipeline,
  request,
  context,
  observer,
}: Exchange): Staged<Caller> | Promise<Staged<Caller>> {
  const authenticated = pipeline.authentication.authenticate(request.headers, context);
  if (!(authenticated instanceof Promise)) return stage(authenticated);
  const authenticating = observer.stage("authentication");
  return authenticated.then(stage).finally(() => authenticating.end());
}

/** A coprocessor may have changed the claims, taken them away, or vouched for the caller itself. */
export function renewCaller(exchange: Exchange): void {
  const { pipeline, context, caller } = exchange;
  const claims = context.get(contextKeys.claims) as JsonValue | undefined;
  if (claims === caller.claims) return;
  exchange.caller = isJsonObject(claims)
    ? pipeline.authentication.identifyCaller(claims, caller.apiKeyId)
    : anonymous;
}

/** A coprocessor may have vouched for the caller since. */
export function requireAuthentication({ pipeline, context }: Exchange): Staged<undefined> {
  const isRequired = pipeline.config.authorization.requireAuthentication;
  return isRequired && !context.has(contextKeys.claims)
    ? answerWith(clientErrors.unauthenticated)
    : next(undefined);
}

function stage(authenticated: Authenticated): Staged<Caller> {
  if (authenticated.kind === "caller") return next(authenticated.caller);
  const { status, code, message } = authenticated;
  return answerWith(clientErrors.notAuthenticated(status, code, message));
}
