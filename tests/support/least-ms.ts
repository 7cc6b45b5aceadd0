const times = 3;

/** How long it takes when nothing else is in the way: the least of a few times. */
export function leastMs(work: () => void): number {
  let least = Number.POSITIVE_INFINITY;
  for (let time = 0; time < times; time++) {
    const startedMs = performance.now();
    work();
    least = Math.min(least, performance.now() - startedMs);
  }
  return least;
}
