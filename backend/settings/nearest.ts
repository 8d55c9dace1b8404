import leven from "leven";

/** The name that takes the fewest changes from what was written. */
export function nearest(written: string, names: string[]): string {
  return names.toSorted((a, b) => leven(written, a) - leven(written, b))[0]!;
}
