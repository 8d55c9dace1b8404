import { addDuration, newDurations } from "../../backend/worker/durations.ts";
import type { Beat } from "../../backend/worker/messages.ts";

/** The beat of a worker that has given these answers: status and seconds each, of 10 bytes. */
export function beatOf(...answers: [status: number, seconds: number][]): Beat {
  const beat: Beat = {
    atMs: 0,
    requests: answers.length,
    inFlight: 0,
    statuses: {},
    durations: newDurations(),
    durationSeconds: 0,
    sentBytes: answers.length * 10,
    errors: 0,
    lagMs: 0,
    busy: 0,
    rssBytes: 0,
  };
  for (const [status, seconds] of answers) {
    beat.statuses[status] = (beat.statuses[status] ?? 0) + 1;
    beat.durationSeconds += seconds;
    beat.errors += status === 500 ? 1 : 0;
    addDuration(beat.durations, seconds);
  }
  return beat;
}
