import type { JsonObject } from "../../json.ts";
import type { NotedVerdict } from "../request-cache.ts";
import type { Section } from "../store/entity-store.ts";
import { servedFromCache } from "./verdict.ts";

/** What the signed header brings: counts by reason, no keys and no data. */
export function explainVerdicts(noted: readonly NotedVerdict[], clampedBy: Section | undefined): JsonObject {
  const counts = new Map<string, { subgraph: string; type: string; verdict: string; entities: number }>();
  for (const { piece, verdict } of noted) {
    const { subgraph, type } = piece.section;
    const name = `${subgraph} ${type} ${verdict}`;
    const known = counts.get(name);
    if (known) known.entities++;
    else counts.set(name, { subgraph, type, verdict, entities: 1 });
  }
  return {
    status: overall(noted),
    verdicts: [...counts.values()],
    ...(clampedBy && { clampedBy: { subgraph: clampedBy.subgraph, type: clampedBy.type } }),
  };
}

function overall(noted: readonly NotedVerdict[]): string {
  const served = noted.filter(({ verdict }) => servedFromCache.has(verdict)).length;
  if (served === 0) return "miss";
  return served === noted.length ? "hit" : "partial";
}
