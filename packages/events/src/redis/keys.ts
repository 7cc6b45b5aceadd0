/** One hash tag: in a cluster all of it lies on one node, since scripts and transactions touch several keys. */
export interface BusKeys {
  /** Everything that is published. */
  events: string;
  /** What a group is to have once more: after a pause, a revival or a replay. */
  again(group: string): string;
  /** What waits for the end of a pause, by the time at which that ends. */
  later(group: string): string;
  dead(group: string): string;
  groups: string;
}

export function busKeys(prefix: string): BusKeys {
  const base = `{${prefix}}:`;
  return {
    events: `${base}events`,
    again: (group) => `${base}again:${group}`,
    later: (group) => `${base}later:${group}`,
    dead: (group) => `${base}dead:${group}`,
    groups: `${base}groups`,
  };
}
