import { performance } from "node:perf_hooks";
import type { Observer } from "../gateway/gateway.ts";
import { addDuration, newDurations } from "./durations.ts";
import { type Beat, BEAT_MS } from "./messages.ts";

/** Counts what a worker does. */
export interface Tally extends Observer {
  /** All counts, and how the process is since the last beat. @param inFlight requests that are being answered */
  beat(inFlight: number): Beat;
}

export function newTally(): Tally {
  let answered = 0;
  let errors = 0;
  let sent = 0;
  let durationMs = 0;
  const statuses: { [status: number]: number } = {};
  const durations = newDurations();
  let last = performance.eventLoopUtilization();
  let lastAtMs = performance.now();

  return {
    answered({ startedAt }, status, bodyBytes) {
      const ms = performance.now() - startedAt;
      answered++;
      statuses[status] = (statuses[status] ?? 0) + 1;
      addDuration(durations, ms / 1000);
      durationMs += ms;
      sent += bodyBytes;
    },
    failed: () => void errors++,
    beat(inFlight) {
      const atMs = performance.now();
      const now = performance.eventLoopUtilization();
      const busy = performance.eventLoopUtilization(now, last).utilization;
      const lagMs = Math.max(0, atMs - lastAtMs - BEAT_MS);
      last = now;
      lastAtMs = atMs;
      return {
        atMs,
        requests: answered,
        inFlight,
        statuses,
        durations,
        durationSeconds: durationMs / 1000,
        sentBytes: sent,
        errors,
        lagMs,
        busy,
        rssBytes: process.memoryUsage.rss(),
      };
    },
  };
}
