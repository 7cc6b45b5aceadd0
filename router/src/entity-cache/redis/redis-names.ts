import type { Invalidation } from "../invalidation/invalidation.ts";
import type { Address } from "../parts.ts";

/** Another one where what is written is written otherwise: nodes of two versions do not read each other. */
const prefix = "mycelium:cache:1";

export const logName = `${prefix}:invalidations`;
export const channelName = `${prefix}:invalidated`;

export function entityName({ section, partition, key }: Address): string {
  return `${prefix}:e:${digest([section.subgraph, section.type, partition, key])}`;
}

export function formName(text: string): string {
  return `${prefix}:f:${digest([text])}`;
}

/** A sorted set of the names of entities, each with the time by which it is gone. */
export function indexName(invalidation: Invalidation): string {
  const { kind, subgraph } = invalidation;
  switch (kind) {
    case "subgraph":
      return `${prefix}:s:${subgraph}`;
    case "type":
      return `${prefix}:t:${subgraph}:${invalidation.type}`;
    case "entity":
      return `${prefix}:k:${digest([subgraph, invalidation.type, invalidation.key])}`;
    case "cache_tag":
      return `${prefix}:g:${subgraph}:${invalidation.tag}`;
  }
}

function digest(parts: readonly string[]): string {
  const hasher = new Bun.CryptoHasher("sha256");
  for (const part of parts) hasher.update(`${part.length}:${part}`);
  return hasher.digest("base64url").slice(0, 24);
}
