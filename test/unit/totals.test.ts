import { expect, it } from "vitest";
import { addBeat, newTotals } from "../../backend/master/totals.ts";
import { beatOf } from "./beat.ts";

it("what one worker beats again and again is counted once", () => {
  const totals = newTotals();
  const beats = [
    beatOf([200, 0.25]),
    beatOf([200, 0.25], [200, 4]),
    beatOf([200, 0.25], [200, 4]),
    beatOf([200, 0.25], [200, 4], [500, 0.5]),
  ];
  beats.forEach((beat, at) => addBeat(totals, beat, beats[at - 1]));
  expect(totals).toEqual({
    requests: 3,
    statuses: { 200: 2, 500: 1 },
    durations: beats[3]!.durations,
    durationSeconds: 4.75,
    sentBytes: 30,
    errors: 1,
    stuck: 0,
  });
});

it("a worker's successor goes on from there, also while the other one still beats", () => {
  const totals = newTotals();
  const old = [beatOf([200, 1]), beatOf([200, 1], [404, 1])] as const;
  addBeat(totals, old[0]);
  addBeat(totals, beatOf([200, 1]));
  addBeat(totals, old[1], old[0]);
  expect(totals).toMatchObject({ requests: 3, statuses: { 200: 2, 404: 1 }, durationSeconds: 3, sentBytes: 30 });
  expect(totals.durations.reduce((sum, count) => sum + count)).toBe(3);
});
