import type { Logger } from "pino";
import { BoundedCache } from "../../bounded-cache.ts";
import type { ApiKeysConfig } from "../../config/sections/mycelium/api-keys.ts";
import { readBounded } from "../../http/read-bounded.ts";
import { isJsonObject, type JsonObject, type JsonValue } from "../../json.ts";
import { hashOf } from "./api-key.ts";

export type Introspected =
  | { kind: "active"; claims: JsonObject }
  | { kind: "inactive" }
  /** Nobody could say. */
  | { kind: "unknown" };

type IntrospectionConfig = NonNullable<ApiKeysConfig["introspection"]>;

const answerBytesMax = 64 * 1024;
/** Each wrong key is a question to the endpoint: strangers must not be able to ask it without end. */
const underWayMax = 64;

/** Asks an endpoint (RFC 7662) about a key, and remembers for a moment what it said. */
export class KeyIntrospection {
  private readonly answers: BoundedCache<string, { answer: Introspected; untilMs: number }>;
  private readonly underWay = new Map<string, Promise<Introspected>>();

  constructor(
    private readonly config: IntrospectionConfig,
    private readonly logger: Logger,
  ) {
    this.answers = new BoundedCache({ entriesMax: config.keysMax });
  }

  ask(key: string): Introspected | Promise<Introspected> {
    const hash = hashOf(key).toString("base64url");
    const known = this.answers.get(hash);
    if (known && Date.now() < known.untilMs) return known.answer;
    const asked = this.underWay.get(hash);
    if (asked) return asked;
    if (this.underWay.size >= underWayMax) return { kind: "unknown" };
    const asking = this.fetchAnswer(key)
      .then((answer) => {
        if (answer.kind !== "unknown") this.remember(hash, answer);
        return answer;
      })
      .finally(() => this.underWay.delete(hash));
    this.underWay.set(hash, asking);
    return asking;
  }

  private remember(hash: string, answer: Introspected): void {
    const exp = answer.kind === "active" ? answer.claims.exp : undefined;
    const expiresMs = typeof exp === "number" ? exp * 1_000 : Number.POSITIVE_INFINITY;
    this.answers.set(hash, { answer, untilMs: Math.min(Date.now() + this.config.ttlMs, expiresMs) });
  }

  private async fetchAnswer(key: string): Promise<Introspected> {
    const { url, headers, timeoutMs } = this.config;
    try {
      const response = await fetch(url, {
        method: "POST",
        headers: [["accept", "application/json"], ...headers.map(({ name, value }) => [name, value])],
        body: new URLSearchParams({ token: key, token_type_hint: "api_key" }),
        redirect: "error",
        signal: AbortSignal.timeout(timeoutMs),
      });
      if (!response.ok) throw new Error(`the answer was ${response.status}`);
      return readAnswer(await readBounded(response, answerBytesMax));
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      this.logger.error(`cannot ask about an API key: ${reason}`);
      return { kind: "unknown" };
    }
  }
}

function readAnswer(text: string): Introspected {
  const value = JSON.parse(text) as JsonValue;
  if (!isJsonObject(value) || typeof value.active !== "boolean")
    throw new Error("the answer is not of RFC 7662");
  const { active, ...claims } = value;
  const isOver = typeof claims.exp === "number" && claims.exp * 1_000 <= Date.now();
  return active && !isOver ? { kind: "active", claims } : { kind: "inactive" };
}
