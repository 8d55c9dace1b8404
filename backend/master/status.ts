import { DURATION_ENDS, percentile } from "../worker/durations.ts";
import type { Master } from "./master.ts";
import type { WorkerHandle, WorkerState } from "./worker_handle.ts";

/** A worker, as `status`, `top` and the stats show it. */
export interface WorkerStatus {
  index: number;
  pid: number | undefined;
  state: WorkerState;
  requests: number;
  inFlight: number;
  errors: number;
  /** A second, between its last two beats. */
  requestsPerSecond: number;
  /** Of all its answers, in milliseconds, 64700 at most; none before the first. */
  p50Ms?: number;
  p99Ms?: number;
  lagMs: number;
  /** The part of the time its event loop was at work, 0 to 1. */
  busy: number;
  rssBytes: number;
  /** How many in its place died and were replaced. */
  restarts: number;
  ageSeconds: number;
  /** When it was spawned, in seconds since 1970. */
  startTimeSeconds: number;
  /** Since it was last heard of. */
  beatSeconds: number;
}

export interface Status {
  pid: number;
  name: string;
  addresses: { address: string; queued: number }[];
  uptimeSeconds: number;
  /** When it was started, in seconds since 1970. */
  startTimeSeconds: number;
  rssBytes: number;
  workers: WorkerStatus[];
}

export async function status(name: string, master: Master): Promise<Status> {
  const queued = await master.queued();
  return {
    pid: process.pid,
    name,
    addresses: master.addresses.map((address, at) => ({ address, queued: queued[at]! })),
    uptimeSeconds: Math.round(process.uptime()),
    startTimeSeconds: sinceEpoch(0),
    rssBytes: process.memoryUsage.rss(),
    workers: master.workers().map((handle) => workerStatus(handle, master.respawns(handle.index))),
  };
}

function workerStatus(handle: WorkerHandle, restarts: number): WorkerStatus {
  const { index, pid, state, bornAt, beatAt, beat, lastBeat } = handle;
  const now = performance.now();
  const milliseconds = (part: number) => {
    const seconds = percentile(beat?.durations ?? [], part);
    if (seconds === undefined) return undefined;
    // JSON has no Infinity, which the last class ends at
    return Number((Math.min(seconds, DURATION_ENDS.at(-1)!) * 1000).toPrecision(3));
  };
  return {
    index,
    pid,
    state,
    requests: beat?.requests ?? 0,
    inFlight: beat?.inFlight ?? 0,
    errors: beat?.errors ?? 0,
    requestsPerSecond:
      beat && lastBeat ? Math.round((beat.requests - lastBeat.requests) / ((beat.atMs - lastBeat.atMs) / 1000)) : 0,
    p50Ms: milliseconds(0.5),
    p99Ms: milliseconds(0.99),
    lagMs: Math.round(beat?.lagMs ?? 0),
    busy: Number((beat?.busy ?? 0).toFixed(2)),
    rssBytes: beat?.rssBytes ?? 0,
    restarts,
    ageSeconds: Math.round((now - bornAt) / 1000),
    startTimeSeconds: sinceEpoch(bornAt),
    beatSeconds: Number(((now - beatAt) / 1000).toFixed(1)),
  };
}

/** @param atMs of `performance.now()` */
function sinceEpoch(atMs: number): number {
  return Math.floor((performance.timeOrigin + atMs) / 1000);
}
