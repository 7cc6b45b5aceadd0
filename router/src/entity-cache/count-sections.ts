import type { Section } from "./store/entity-store.ts";

/** How many there are of each section. */
export function countSections(items: readonly { section: Section }[]): Map<Section, number> {
  const counts = new Map<Section, number>();
  for (const { section } of items) counts.set(section, (counts.get(section) ?? 0) + 1);
  return counts;
}
