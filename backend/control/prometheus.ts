import { VERSION } from "../../njs/wsgi/version.ts";
import type { Status, WorkerStatus } from "../master/status.ts";
import type { Totals } from "../master/totals.ts";
import type { WorkerState } from "../master/worker_handle.ts";
import { DURATION_ENDS } from "../worker/durations.ts";

/** Of the exposition format, which is older than OpenMetrics and read by everybody. */
export const PROMETHEUS_TYPE = "text/plain; version=0.0.4; charset=utf-8";

/** Those of a worker in its place. */
const STATES: WorkerState[] = ["ready", "due", "stuck"];

type Labels = { [name: string]: string | number };

/**
 * The metrics, by https://prometheus.io/docs/practices/naming. Counters go on when a worker is replaced, and stay when its
 * place is scaled away; gauges are of the workers there are.
 * @param totals by worker index
 */
export function prometheusText(status: Status, totals: ReadonlyMap<number, Totals>): string {
  const { workers, addresses } = status;
  const each = (name: string, value: (worker: WorkerStatus) => number) =>
    workers.map((worker) => sample(name, { worker: worker.index }, value(worker)));
  const all = (name: string, value: (total: Totals) => number) =>
    [...totals].map(([worker, total]) => sample(name, { worker }, value(total)));

  return [
    family("njsgi_build_info", "gauge", "The versions, as labels.", (name) => [
      sample(name, { version: VERSION, node: process.versions.node }, 1),
    ]),
    family("njsgi_requests_total", "counter", "Answers, by status.", (name) =>
      [...totals].flatMap(([worker, { statuses }]) =>
        Object.entries(statuses).map(([code, count]) => sample(name, { worker, status: code }, count)),
      ),
    ),
    family("njsgi_request_duration_seconds", "histogram", "From a request to the end of its answer.", (name) =>
      [...totals].flatMap(([worker, total]) => histogram(name, worker, total)),
    ),
    family("njsgi_response_body_bytes_total", "counter", "Bytes of the bodies sent.", (name) =>
      all(name, ({ sentBytes }) => sentBytes),
    ),
    family("njsgi_application_errors_total", "counter", "Answers that were a 500 of ours, or cut.", (name) =>
      all(name, ({ errors }) => errors),
    ),
    family("njsgi_requests_in_flight", "gauge", "Requests begun and not yet answered.", (name) =>
      each(name, ({ inFlight }) => inFlight),
    ),
    family("njsgi_listen_queue", "gauge", "Connections that no worker has accepted yet.", (name) =>
      addresses.map(({ address, queued }) => sample(name, { address }, queued)),
    ),
    family("njsgi_event_loop_lag_seconds", "gauge", "How late the worker's last beat was.", (name) =>
      each(name, ({ lagMs }) => lagMs / 1000),
    ),
    family("njsgi_event_loop_busy_ratio", "gauge", "The part of the time the event loop was at work.", (name) =>
      each(name, ({ busy }) => busy),
    ),
    family("njsgi_worker_resident_memory_bytes", "gauge", "The worker's RSS.", (name) =>
      each(name, ({ rssBytes }) => rssBytes),
    ),
    family("njsgi_worker_restarts_total", "counter", "Workers that died and were replaced.", (name) =>
      each(name, ({ restarts }) => restarts),
    ),
    family("njsgi_worker_stuck_total", "counter", "Workers killed because their event loop stood still.", (name) =>
      all(name, ({ stuck }) => stuck),
    ),
    family("njsgi_workers", "gauge", "Workers in their places, by state.", (name) =>
      STATES.map((state) => sample(name, { state }, workers.filter((worker) => worker.state === state).length)),
    ),
    family("process_resident_memory_bytes", "gauge", "The master's RSS.", (name) => [
      sample(name, {}, status.rssBytes),
    ]),
    family("process_start_time_seconds", "gauge", "When the master was started, in seconds since 1970.", (name) => [
      sample(name, {}, status.startTimeSeconds),
    ]),
  ].join("");
}

function family(name: string, type: string, help: string, samples: (name: string) => string[]): string {
  return `# HELP ${name} ${help}\n# TYPE ${name} ${type}\n${samples(name).join("")}`;
}

/** Every other class: 17 series a worker, each 2.25 times the one before. */
function histogram(name: string, worker: number, { requests, durations, durationSeconds }: Totals): string[] {
  const lines: string[] = [];
  let seen = 0;
  for (const [at, le] of DURATION_ENDS.entries()) {
    seen += durations[at]!;
    if (at % 2 === 1) lines.push(sample(`${name}_bucket`, { worker, le }, seen));
  }
  lines.push(sample(`${name}_bucket`, { worker, le: "+Inf" }, requests));
  lines.push(sample(`${name}_sum`, { worker }, durationSeconds), sample(`${name}_count`, { worker }, requests));
  return lines;
}

function sample(name: string, labels: Labels, value: number): string {
  const pairs = Object.entries(labels).map(([label, text]) => `${label}="${escape(String(text))}"`);
  return `${name}${pairs.length > 0 ? `{${pairs.join(",")}}` : ""} ${value}\n`;
}

function escape(text: string): string {
  return text.replaceAll("\\", "\\\\").replaceAll('"', '\\"').replaceAll("\n", "\\n");
}
