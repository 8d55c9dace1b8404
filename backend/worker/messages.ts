/** What a worker and its master tell each other over the IPC channel. */

/** Between two beats of a worker. */
export const BEAT_MS = 500;

/** How a worker is, at each beat; a worker that does not beat is stuck. Counts are since its start. */
export interface Beat {
  /** When, in milliseconds since the worker's start. */
  atMs: number;
  requests: number;
  /** Requests begun and not yet answered. */
  inFlight: number;
  /** Answers by status: `{ 200: 17 }`. */
  statuses: { [status: number]: number };
  /** Answers by how long they took: see durations.ts. */
  durations: number[];
  /** All answers' time together, in seconds. */
  durationSeconds: number;
  /** Bytes of the bodies sent. */
  sentBytes: number;
  /** Errors of applications: answers that were a 500 of ours, or cut. */
  errors: number;
  /** How late this beat is: what anything else had to wait too, in milliseconds. */
  lagMs: number;
  /** The part of the time since the last beat that the event loop was at work, 0 to 1. */
  busy: number;
  rssBytes: number;
}

/** `not-loaded` is its last word: why it does not boot. */
export type FromWorker = { type: "ready" } | { type: "not-loaded"; reason: string } | { type: "beat"; beat: Beat };

export type ToWorker = { type: "reopen-logs" };
