import { describe, expect, it } from "vitest";
import { prometheusText } from "../../backend/control/prometheus.ts";
import { uwsgiStats } from "../../backend/control/uwsgi_stats.ts";
import type { Status, WorkerStatus } from "../../backend/master/status.ts";
import { addBeat, newTotals, type Totals } from "../../backend/master/totals.ts";
import { beatOf } from "./beat.ts";
import { parseExposition } from "./exposition.ts";

/** Three places: one whose worker has taken over from another, one whose worker is stuck, one scaled away. */

const WORKER: WorkerStatus = {
  index: 1,
  pid: 101,
  state: "ready",
  requests: 1,
  inFlight: 2,
  errors: 0,
  requestsPerSecond: 4,
  lagMs: 12,
  busy: 0.5,
  rssBytes: 60_000_000,
  restarts: 3,
  ageSeconds: 10,
  startTimeSeconds: 1795461724,
  beatSeconds: 0.3,
};

const STATUS: Status = {
  pid: 100,
  name: "shop",
  addresses: [
    { address: 'unix:/run/a "b"\\c.sock', queued: 5 },
    { address: "127.0.0.1:3031", queued: 2 },
  ],
  uptimeSeconds: 86400,
  startTimeSeconds: 1795375324,
  rssBytes: 58_000_000,
  workers: [WORKER, { ...WORKER, index: 2, pid: 102, state: "stuck", inFlight: 0, restarts: 0 }],
};

function totalsOf(...beats: ReturnType<typeof beatOf>[]): Totals {
  const totals = newTotals();
  for (const beat of beats) addBeat(totals, beat);
  return totals;
}

const TOTALS = new Map([
  [1, totalsOf(beatOf([200, 0.001], [500, 0.002]), beatOf([200, 0.006]))],
  [2, { ...totalsOf(), stuck: 1 }],
  [3, totalsOf(beatOf([404, 100]))],
]);

describe("uWSGI's stats", () => {
  const text = uwsgiStats(STATUS, TOTALS, { bind: [], protocol: "uwsgi", backlog: 4096 });
  const stats = JSON.parse(text);

  it("have what uWSGI says of itself and its sockets", () => {
    expect(stats).toMatchObject({
      listen_queue: 7,
      listen_queue_errors: 0,
      signal_queue: 0,
      load: 7,
      pid: 100,
      uid: process.getuid!(),
      gid: process.getgid!(),
      cwd: process.cwd(),
      sockets: [
        { name: '/run/a "b"\\c.sock', proto: "uwsgi", queue: 5, max_queue: 4096, shared: 0, can_offload: 0 },
        { name: "127.0.0.1:3031", proto: "uwsgi", queue: 2, max_queue: 4096, shared: 0, can_offload: 0 },
      ],
    });
    expect(stats.version).toMatch(/^njsgi-\d/);
    expect(stats).not.toHaveProperty("vassals"); // uwsgitop would show those instead of the workers
  });

  it("have each worker, with what those before it in its place did", () => {
    expect(stats.workers).toHaveLength(2);
    expect(stats.workers[0]).toEqual({
      id: 1,
      pid: 101,
      accepting: 1,
      requests: 3,
      delta_requests: 1,
      exceptions: 1,
      harakiri_count: 0,
      signals: 0,
      signal_queue: 0,
      status: "busy",
      rss: 60_000_000,
      vsz: 0,
      running_time: 9000,
      last_spawn: 1795461724,
      respawn_count: 4,
      tx: 30,
      avg_rt: 3000,
      apps: [],
      cores: [
        {
          id: 0,
          requests: 3,
          static_requests: 0,
          routed_requests: 0,
          offloaded_requests: 0,
          write_errors: 0,
          read_errors: 0,
          in_request: 1,
          vars: [],
          req_info: {},
        },
      ],
    });
    expect(stats.workers[1]).toMatchObject({ accepting: 0, status: "idle", harakiri_count: 1, avg_rt: 0 });
    expect(stats.workers[1].cores[0].in_request).toBe(0);
  });

  it("have whole numbers alone, which is all Go's readers take", () => {
    const totals = new Map([...TOTALS].map(([index]) => [index, totalsOf(beatOf([200, 1 / 3], [200, 1 / 7]))]));
    const numbers = uwsgiStats(STATUS, totals, { bind: [], protocol: "uwsgi", backlog: 1 }).match(/(?<=: )[\d.e-]+/g)!;
    expect(numbers.length).toBeGreaterThan(50);
    expect(numbers.filter((number) => !/^\d+$/.test(number))).toEqual([]);
  });
});

describe("Prometheus's text", () => {
  const families = parseExposition(prometheusText(STATUS, TOTALS));
  const values = (name: string) =>
    families.get(name)!.samples.map(({ labels, value }) => [Object.values(labels).join(" "), value]);

  it("has each metric by its worker", () => {
    expect(Object.fromEntries([...families.keys()].map((name) => [name, values(name)]))).toMatchObject({
      njsgi_requests_total: [
        ["1 200", 2],
        ["1 500", 1],
        ["3 404", 1],
      ],
      njsgi_response_body_bytes_total: [
        ["1", 30],
        ["2", 0],
        ["3", 10],
      ],
      njsgi_application_errors_total: [
        ["1", 1],
        ["2", 0],
        ["3", 0],
      ],
      njsgi_requests_in_flight: [
        ["1", 2],
        ["2", 0],
      ],
      njsgi_listen_queue: [
        ['unix:/run/a "b"\\c.sock', 5],
        ["127.0.0.1:3031", 2],
      ],
      njsgi_event_loop_lag_seconds: [
        ["1", 0.012],
        ["2", 0.012],
      ],
      njsgi_event_loop_busy_ratio: [
        ["1", 0.5],
        ["2", 0.5],
      ],
      njsgi_worker_resident_memory_bytes: [
        ["1", 60_000_000],
        ["2", 60_000_000],
      ],
      njsgi_worker_restarts_total: [
        ["1", 3],
        ["2", 0],
      ],
      njsgi_worker_stuck_total: [
        ["1", 0],
        ["2", 1],
        ["3", 0],
      ],
      njsgi_workers: [
        ["ready", 1],
        ["due", 0],
        ["stuck", 1],
      ],
      process_resident_memory_bytes: [["", 58_000_000]],
      process_start_time_seconds: [["", 1795375324]],
    });
    expect(families.get("njsgi_build_info")!.samples[0]).toMatchObject({
      labels: { node: process.versions.node },
      value: 1,
    });
  });

  it("has counters that end in _total, and no other that does", () => {
    for (const { name, type } of families.values()) expect(name.endsWith("_total")).toBe(type === "counter");
  });

  it("has a histogram: buckets that add up, the last one of all", () => {
    const { samples, type } = families.get("njsgi_request_duration_seconds")!;
    expect(type).toBe("histogram");
    const of = (worker: string, suffix: string) =>
      samples.filter(({ name, labels }) => labels.worker === worker && name.endsWith(suffix));
    const buckets = of("1", "_bucket").map(({ labels, value }) => [labels.le, value]);
    expect(buckets).toHaveLength(18);
    expect(buckets.filter(([, value], at) => value !== buckets[at - 1]?.[1])).toEqual([
      ["0.00015", 0],
      ["0.00171", 1],
      ["0.00384", 2],
      ["0.00865", 3],
    ]);
    expect(of("1", "_sum")[0]!.value).toBeCloseTo(0.009);
    expect(of("1", "_count")[0]!.value).toBe(3);
    // longer than the last class's end
    expect(of("3", "_bucket").map(({ value }) => value)).toEqual([...Array<number>(17).fill(0), 1]);
    expect(of("3", "_bucket").at(-1)!.labels.le).toBe("+Inf");
  });
});
