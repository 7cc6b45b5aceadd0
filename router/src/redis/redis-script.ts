import { createHash } from "node:crypto";
import type { RedisClient } from "./open-client.ts";

/** A Lua script that Redis runs as one step. */
export interface RedisScript {
  readonly text: string;
  readonly sha: string;
}

export function redisScript(text: string): RedisScript {
  return { text, sha: createHash("sha1").update(text).digest("hex") };
}

export interface ScriptCall {
  /** All of one slot, where Redis may be a cluster. */
  keys: readonly string[];
  values: readonly (string | number)[];
}

/** By its hash; a server that was restarted is told the script again. */
export async function runScript(
  client: RedisClient,
  { text, sha }: RedisScript,
  { keys, values }: ScriptCall,
): Promise<unknown> {
  try {
    return await client.evalsha(sha, keys.length, ...keys, ...values);
  } catch (error) {
    if (!(error instanceof Error && error.message.startsWith("NOSCRIPT"))) throw error;
    return client.eval(text, keys.length, ...keys, ...values);
  }
}
