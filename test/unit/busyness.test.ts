import { describe, expect, it } from "vitest";
import { busyness } from "../../backend/master/busyness.ts";

/** The numbers of workers over beats of one load. */
function over(
  beats: number,
  busy: (workers: number) => number,
  { from = 1, min = 1, max = 4, queued = 0 } = {},
): number[] {
  const wanted = busyness(min, max);
  const counts: number[] = [];
  let now = from;
  for (let beat = 0; beat < beats; beat++) {
    now = wanted({ busy: Array<number>(now).fill(busy(now)), queued }, now);
    counts.push(now);
  }
  return counts;
}

describe("busyness", () => {
  it("adds a worker after two busy beats, up to the most", () => {
    expect(over(9, () => 0.9)).toEqual([1, 2, 2, 3, 3, 4, 4, 4, 4]);
  });

  it("adds one where connections wait, however idle the workers say they are", () => {
    expect(over(2, () => 0, { queued: 1 })).toEqual([1, 2]);
  });

  it("takes one away after twenty quiet beats, down to the fewest", () => {
    const counts = over(70, () => 0, { from: 4, min: 2 });
    expect(counts.slice(0, 19)).toEqual(Array(19).fill(4));
    expect(counts[19]).toBe(3);
    expect(counts[39]).toBe(2);
    expect(counts.at(-1)).toBe(2);
  });

  it("leaves a load alone that one fewer would be too busy with", () => {
    expect(over(100, (workers) => 1.2 / workers, { from: 3 })).toEqual(Array(100).fill(3));
  });

  it("neither grows nor shrinks by one beat alone", () => {
    const wanted = busyness(1, 4);
    expect(wanted({ busy: [1], queued: 0 }, 1)).toBe(1);
    expect(wanted({ busy: [0], queued: 0 }, 1)).toBe(1);
    expect(wanted({ busy: [1], queued: 0 }, 1)).toBe(1);
  });

  it("brings a number that is out of bounds back", () => {
    expect(over(1, () => 0.6, { from: 6 })).toEqual([4]);
    expect(over(1, () => 0.6, { from: 1, min: 2 })).toEqual([2]);
  });
});
