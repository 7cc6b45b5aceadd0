import type { JsonObject } from "../../json.ts";
import type { Section } from "../store/entity-store.ts";
import { entityBytes, viewBytes, weigh } from "../store/weigh.ts";

/** What caching a type would bring. */
export interface GhostFigures {
  subgraph: string;
  type: string;
  /** Of all that was asked for, from 0 to 1. */
  hitRate: number;
  /** The longest lifetime in which nine of ten entities were not seen to change. */
  lifetimeSeconds: number;
  /** For all that was seen, and the share of it that was looked at. */
  bytes: number;
}

interface Seen {
  hash: number;
  sinceMs: number;
  bytes: number;
}

class SectionGhost {
  readonly seen = new Map<string, Seen>();
  /** How long values stood before they were found changed. */
  readonly lifetimesMs: number[] = [];
  changes = 0;
}

/** Watches what subgraphs answer without keeping it: a hash, a time and a size for each of the last entities. */
export class Ghost {
  private readonly sections = new Map<Section, SectionGhost>();

  observe(section: Section, key: string, data: JsonObject | null, nowMs: number): void {
    const ghost = this.ghostOf(section);
    const text = JSON.stringify(data);
    const hash = Bun.hash.crc32(text);
    const known = ghost.seen.get(key);
    if (known && known.hash === hash) return;
    if (known) {
      ghost.changes++;
      ghost.lifetimesMs[(ghost.changes - 1) % samplesMax] = nowMs - known.sinceMs;
    } else if (ghost.seen.size >= entitiesMax) {
      const [oldest] = ghost.seen.keys();
      if (oldest !== undefined) ghost.seen.delete(oldest);
    }
    ghost.seen.set(key, { hash, sinceMs: nowMs, bytes: entityBytes + viewBytes + key.length + weigh(data) });
  }

  figures(nowMs: number): GhostFigures[] {
    return [...this.sections].map(([section, { seen, lifetimesMs }]) => {
      const { hits, misses } = section.counts;
      let bytes = 0;
      const standing: number[] = [];
      for (const each of seen.values()) {
        bytes += each.bytes;
        standing.push(nowMs - each.sinceMs);
      }
      return {
        subgraph: section.subgraph,
        type: section.type,
        hitRate: hits + misses === 0 ? 0 : hits / (hits + misses),
        lifetimeSeconds: Math.floor(lifetimeOf(lifetimesMs, standing) / 1_000),
        bytes,
      };
    });
  }

  private ghostOf(section: Section): SectionGhost {
    let ghost = this.sections.get(section);
    if (!ghost) {
      ghost = new SectionGhost();
      this.sections.set(section, ghost);
    }
    return ghost;
  }
}

const entitiesMax = 10_000;
const samplesMax = 1_024;

/** Where nothing was seen to change, as long as it was looked at: what changes later is not known. */
function lifetimeOf(changed: readonly number[], standing: readonly number[]): number {
  const all = [...changed, ...(changed.length === 0 ? standing : standing.filter((ms) => ms > changed[0]!))];
  if (all.length === 0) return 0;
  all.sort((one, other) => one - other);
  return all[Math.floor(all.length / 10)]!;
}
