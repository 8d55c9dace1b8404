import { VERSION } from "../../njs/wsgi/version.ts";
import type { Status, WorkerStatus } from "../master/status.ts";
import type { Totals } from "../master/totals.ts";
import type { Settings } from "../settings/table.ts";
import { protocolOf } from "../worker/bind.ts";

const MICROSECONDS = 1e6;

/**
 * What uWSGI's stats server says, in its names and order. Its readers are strict: Go's want every number to be whole, and
 * netdata's no line above 64 kB, hence the tabs and line ends.
 * @param totals by worker index
 */
export function uwsgiStats(
  { pid, addresses, workers }: Status,
  totals: ReadonlyMap<number, Totals>,
  { bind, protocol, backlog }: Pick<Settings, "bind" | "protocol" | "backlog">,
): string {
  const queued = addresses.reduce((sum, address) => sum + address.queued, 0);
  const stats = {
    version: `njsgi-${VERSION}`,
    listen_queue: queued,
    listen_queue_errors: 0,
    signal_queue: 0,
    load: queued,
    pid,
    uid: process.getuid!(),
    gid: process.getgid!(),
    cwd: process.cwd(),
    locks: [],
    sockets: addresses.map((address, at) => ({
      name: address.address.replace(/^unix:/, ""),
      proto: protocolOf(bind[at] ?? "") ?? protocol,
      queue: address.queued,
      max_queue: backlog,
      shared: 0,
      can_offload: 0,
    })),
    workers: workers.map((worker) => workerStats(worker, totals.get(worker.index)!)),
  };
  return `${JSON.stringify(stats, null, "\t")}\n`;
}

function workerStats(worker: WorkerStatus, { requests, durationSeconds, sentBytes, errors, stuck }: Totals) {
  return {
    id: worker.index,
    pid: worker.pid ?? 0,
    accepting: worker.state === "stuck" ? 0 : 1,
    requests,
    delta_requests: worker.requests,
    exceptions: errors,
    harakiri_count: stuck,
    signals: 0,
    signal_queue: 0,
    status: worker.inFlight > 0 ? "busy" : "idle",
    rss: worker.rssBytes,
    // Node reserves tens of gigabytes and uses none of them; uWSGI says 0 too, without --memory-report.
    vsz: 0,
    running_time: Math.round(durationSeconds * MICROSECONDS),
    last_spawn: worker.startTimeSeconds,
    // uWSGI counts a worker's first start as well.
    respawn_count: worker.restarts + 1,
    tx: sentBytes,
    avg_rt: requests === 0 ? 0 : Math.round((durationSeconds / requests) * MICROSECONDS),
    apps: [],
    // uWSGI's are threads, with a request each; the one here has an event loop.
    cores: [
      {
        id: 0,
        requests,
        static_requests: 0,
        routed_requests: 0,
        offloaded_requests: 0,
        write_errors: 0,
        read_errors: 0,
        in_request: worker.inFlight > 0 ? 1 : 0,
        vars: [],
        req_info: {},
      },
    ],
  };
}
