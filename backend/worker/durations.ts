/** Counts of how long answers took, in classes that each go half as far again as the one before. */

/** The upper ends of all classes but the last, in seconds: 0.1 ms to 65 s. */
export const DURATION_ENDS: number[] = Array.from({ length: 34 }, (_, at) =>
  Number((0.0001 * 1.5 ** at).toPrecision(3)),
);

/** Counts by class; the last is for what took longer than all ends. */
export function newDurations(): number[] {
  return Array<number>(DURATION_ENDS.length + 1).fill(0);
}

export function addDuration(counts: number[], seconds: number): void {
  let at = 0;
  while (at < DURATION_ENDS.length && seconds > DURATION_ENDS[at]!) at++;
  counts[at]!++;
}

/**
 * The time that `part` of the answers took no longer than, in seconds: the end of the class it falls into.
 * @param part 0.5 for the median
 * @returns undefined where there are none
 */
export function percentile(counts: number[], part: number): number | undefined {
  const all = counts.reduce((sum, count) => sum + count, 0);
  let seen = 0;
  for (const [at, count] of counts.entries()) {
    seen += count;
    if (count > 0 && seen >= all * part) return DURATION_ENDS[at] ?? Infinity;
  }
  return undefined;
}
