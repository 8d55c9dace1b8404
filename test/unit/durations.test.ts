import { describe, expect, it } from "vitest";
import { addDuration, DURATION_ENDS, newDurations, percentile } from "../../backend/worker/durations.ts";

function counted(...seconds: number[]): number[] {
  const counts = newDurations();
  for (const one of seconds) addDuration(counts, one);
  return counts;
}

it("the classes go from 0.1 ms to more than a minute, each end once", () => {
  expect(DURATION_ENDS[0]).toBe(0.0001);
  expect(DURATION_ENDS.at(-1)).toBeGreaterThan(60);
  expect(new Set(DURATION_ENDS).size).toBe(DURATION_ENDS.length);
});

it("a time is counted in the first class it does not exceed", () => {
  expect(counted(0)[0]).toBe(1);
  expect(counted(0.0001)[0]).toBe(1);
  expect(counted(0.00011)[1]).toBe(1);
  expect(counted(1000).at(-1)).toBe(1);
});

describe("a percentile", () => {
  it("is the end of the class it falls into", () => {
    const counts = counted(...Array<number>(98).fill(0.00005), 0.01, 5);
    expect(percentile(counts, 0.5)).toBe(0.0001);
    expect(percentile(counts, 0.98)).toBe(0.0001);
    expect(percentile(counts, 0.99)).toBeCloseTo(0.013, 3);
    expect(percentile(counts, 1)).toBeGreaterThan(5);
  });

  it("of nothing is none, and beyond all ends is Infinity", () => {
    expect(percentile(newDurations(), 0.5)).toBeUndefined();
    expect(percentile(counted(1000), 0.5)).toBe(Infinity);
  });
});
