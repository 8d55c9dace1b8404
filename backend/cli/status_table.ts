import { styleText } from "node:util";
import type { Status, WorkerStatus } from "../master/status.ts";

type Column = [title: string, cell: (worker: WorkerStatus) => string | number | undefined];

const COLUMNS: Column[] = [
  ["#", ({ index }) => index],
  ["pid", ({ pid }) => pid],
  ["state", ({ state }) => state],
  ["requests", ({ requests }) => requests],
  ["now", ({ inFlight }) => inFlight],
  ["rps", ({ requestsPerSecond }) => requestsPerSecond],
  ["p50 ms", ({ p50Ms }) => p50Ms],
  ["p99 ms", ({ p99Ms }) => p99Ms],
  ["busy", ({ busy }) => `${Math.round(busy * 100)}%`],
  ["lag ms", ({ lagMs }) => lagMs],
  ["rss", ({ rssBytes }) => megabytes(rssBytes)],
  ["restarts", ({ restarts }) => restarts],
  ["age", ({ ageSeconds }) => age(ageSeconds)],
  ["beat", ({ beatSeconds }) => `${beatSeconds}s`],
];

/** For a terminal of 100 columns; NO_COLOR is honoured. */
export function statusTable({ name, pid, addresses, uptimeSeconds, rssBytes, workers }: Status): string {
  const rows = workers.map((worker) => COLUMNS.map(([, cell]) => String(cell(worker) ?? "-")));
  const widths = COLUMNS.map(([title], at) => Math.max(title.length, ...rows.map((row) => row[at]!.length)));
  const line = (cells: string[]) => cells.map((cell, at) => cell.padStart(widths[at]!)).join("  ");
  return [
    `${styleText("bold", name)}  master ${pid}, up ${age(uptimeSeconds)}, ${megabytes(rssBytes)}`,
    ...addresses.map(({ address, queued }) => `${address}  ${queued} waiting`),
    styleText("dim", line(COLUMNS.map(([title]) => title))),
    ...rows.map(line),
  ].join("\n");
}

function megabytes(bytes: number): string {
  return `${Math.round(bytes / 2 ** 20)}M`;
}

/** 59s, 59m, 23h, 7d. */
function age(seconds: number): string {
  if (seconds < 60) return `${seconds}s`;
  if (seconds < 3600) return `${Math.floor(seconds / 60)}m`;
  return seconds < 86400 ? `${Math.floor(seconds / 3600)}h` : `${Math.floor(seconds / 86400)}d`;
}
