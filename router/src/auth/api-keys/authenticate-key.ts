import type { Logger } from "pino";
import type { ApiKeysConfig } from "../../config/sections/mycelium/api-keys.ts";
import type { Caller } from "../caller.ts";
import { type ClaimNames, compileIdentity, type IdentifyCaller } from "../identify-caller.ts";
import { type ApiKeyRecord, hashOf, idOf, matches } from "./api-key.ts";
import { type Introspected, KeyIntrospection } from "./introspect-key.ts";
import { KeyFile } from "./key-file.ts";

export type KeyOutcome =
  | { kind: "absent" }
  | { kind: "accepted"; caller: Caller }
  | { kind: "refused"; status: number; code: string; message: string };

export interface KeyAuthentication {
  authenticate(headers: Headers): KeyOutcome | Promise<KeyOutcome>;
  readonly ready: Promise<unknown>;
  close(): void;
}

const absent: KeyOutcome = { kind: "absent" };

/** One answer for keys that are unknown, wrong, revoked and expired: whoever tries keys learns nothing. */
const invalid: KeyOutcome = {
  kind: "refused",
  status: 401,
  code: "API_KEY_INVALID",
  message: "the API key is not valid",
};
const unverifiable: KeyOutcome = {
  kind: "refused",
  status: 503,
  code: "API_KEY_UNVERIFIABLE",
  message: "the API key cannot be checked now",
};

const keyCharsMax = 512;

export function createKeyAuthentication(
  { header, file: path, introspection }: ApiKeysConfig,
  { identifyCaller, logger }: { identifyCaller: IdentifyCaller; logger: Logger },
): KeyAuthentication {
  const file = path === undefined ? undefined : new KeyFile(path, logger);
  const endpoint = introspection && new KeyIntrospection(introspection, logger);
  const callers = new WeakMap<object, Caller>();

  function authenticate(headers: Headers): KeyOutcome | Promise<KeyOutcome> {
    const key = headers.get(header);
    if (key === null) return absent;
    if (key.length > keyCharsMax || !/^[\x21-\x7e]+$/.test(key)) return invalid;
    const id = idOf(key);
    const record = id === undefined ? undefined : file?.find(id);
    if (record) return judge(key, record);
    if (!endpoint) return invalid;
    const answer = endpoint.ask(key);
    return answer instanceof Promise
      ? answer.then((settled) => judgeAnswer(key, settled))
      : judgeAnswer(key, answer);
  }

  function judge(key: string, record: ApiKeyRecord): KeyOutcome {
    if (!matches(key, record) || record.expiresMs <= Date.now()) return invalid;
    return accept(record, () => identifyRecord(record.claims, record.id));
  }

  function judgeAnswer(key: string, answer: Introspected): KeyOutcome {
    if (answer.kind === "unknown") return unverifiable;
    if (answer.kind === "inactive") return invalid;
    const { claims } = answer;
    const id = typeof claims.jti === "string" ? claims.jti : (idOf(key) ?? hashOf(key).toString("hex", 0, 8));
    return accept(answer, () => identifyCaller(claims, id));
  }

  /** The same caller for the same record or answer: what others keep by it stays. */
  function accept(source: object, identify: () => Caller): KeyOutcome {
    const caller = callers.get(source) ?? identify();
    callers.set(source, caller);
    return { kind: "accepted", caller };
  }

  return { authenticate, ready: file?.settled ?? Promise.resolve(), close: () => file?.close() };
}

/** What `readKeyLines` writes, whatever the claims of tokens are called. */
const recordNames: ClaimNames = {
  user: ["sub"],
  tenant: ["tenant_id"],
  roles: ["roles"],
  scopes: ["scope"],
  plan: ["plan"],
};
const identifyRecord = compileIdentity(recordNames);
