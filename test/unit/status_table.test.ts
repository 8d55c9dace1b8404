import { stripVTControlCharacters } from "node:util";
import { expect, it } from "vitest";
import { statusTable } from "../../backend/cli/status_table.ts";
import type { Status, WorkerStatus } from "../../backend/master/status.ts";

const WORKER: WorkerStatus = {
  index: 1,
  pid: 4321,
  state: "ready",
  requests: 17,
  inFlight: 2,
  errors: 0,
  requestsPerSecond: 4,
  p50Ms: 0.338,
  p99Ms: 12.8,
  lagMs: 1,
  busy: 0.504,
  rssBytes: 60 * 2 ** 20,
  restarts: 3,
  ageSeconds: 3599,
  startTimeSeconds: 1795461724,
  beatSeconds: 0.3,
};

const STATUS: Status = {
  pid: 4320,
  name: "shop",
  addresses: [{ address: "unix:/run/shop.sock", queued: 5 }],
  uptimeSeconds: 86400,
  startTimeSeconds: 1795461724,
  rssBytes: 57.4 * 2 ** 20,
  workers: [],
};

const table = (...workers: Partial<WorkerStatus>[]) =>
  stripVTControlCharacters(
    statusTable({ ...STATUS, workers: workers.map((worker) => ({ ...WORKER, ...worker })) }),
  ).split("\n");

it("has the instance, its addresses and a line a worker, each column as wide as it must be", () => {
  const asYet = { requests: 0, requestsPerSecond: 0, p50Ms: undefined, p99Ms: undefined, busy: 0, ageSeconds: 7200 };
  expect(table({}, { index: 12, pid: 4194304, state: "stuck", beatSeconds: 31, ...asYet })).toEqual([
    "shop  master 4320, up 1d, 57M",
    "unix:/run/shop.sock  5 waiting",
    " #      pid  state  requests  now  rps  p50 ms  p99 ms  busy  lag ms  rss  restarts  age  beat",
    " 1     4321  ready        17    2    4   0.338    12.8   50%       1  60M         3  59m  0.3s",
    "12  4194304  stuck         0    2    0       -       -    0%       1  60M         3   2h   31s",
  ]);
});

it("stays within 100 columns for a large pool that has run for long", () => {
  const large = {
    index: 64,
    pid: 4194304,
    requests: 999_999_999,
    inFlight: 9999,
    requestsPerSecond: 60000,
    p50Ms: 64700,
    busy: 1,
    lagMs: 30000,
    rssBytes: 2 ** 31,
    ageSeconds: 86400 * 99,
  };
  for (const line of table(large)) expect(line.length).toBeLessThanOrEqual(100);
});
