import { newDurations } from "../worker/durations.ts";
import type { Beat } from "../worker/messages.ts";

/** What the workers of one place have done, those that are gone included: counters that never go backwards. */
export interface Totals extends Pick<
  Beat,
  "requests" | "statuses" | "durations" | "durationSeconds" | "sentBytes" | "errors"
> {
  /** Workers killed because they were stuck. */
  stuck: number;
}

export function newTotals(): Totals {
  return {
    requests: 0,
    statuses: {},
    durations: newDurations(),
    durationSeconds: 0,
    sentBytes: 0,
    errors: 0,
    stuck: 0,
  };
}

/**
 * Adds what a worker has done between two of its beats: two workers may be in one place while one takes over from the
 * other, and the last beat of one that is gone may come after its end.
 * @param last the beat before; undefined at its first
 */
export function addBeat(totals: Totals, beat: Beat, last?: Beat): void {
  totals.requests += beat.requests - (last?.requests ?? 0);
  totals.durationSeconds += beat.durationSeconds - (last?.durationSeconds ?? 0);
  totals.sentBytes += beat.sentBytes - (last?.sentBytes ?? 0);
  totals.errors += beat.errors - (last?.errors ?? 0);
  for (const [status, count] of Object.entries(beat.statuses)) {
    const code = Number(status);
    totals.statuses[code] = (totals.statuses[code] ?? 0) + count - (last?.statuses[code] ?? 0);
  }
  beat.durations.forEach((count, at) => (totals.durations[at]! += count - (last?.durations[at] ?? 0)));
}
