import { format } from "prettier";
import { machine } from "./machine.ts";
import { figures, microseconds, percentiles, rates, type Results, type Row, type Tail } from "./results.ts";
import { median, reached, targets } from "./targets.ts";

/** @param how the rounds were, in words */
export function document(results: Results, how: string): Promise<string> {
  const text = `# Benchmark

\`npm run bench\` makes this page: every peer that is installed, as a server of one nginx with one worker, asked by \`wrk\`
with a browser's headers. One worker each, unix sockets, the same access log, ${how}. Each peer is set up as its users would
set it up for speed: logs off, keep-alive where it has any, opcache, compiled templates, \`NODE_ENV=production\`. Only what
says so goes through nginx.conf as it ships, where njs comes before the pool.

![Requests a second](benchmark.svg)

## What is wanted

A ratio is of requests a second in one round; the median of the rounds counts.

${targetTable(results)}

## Requests a second

CPU is microseconds a request, of nginx's worker and of all processes behind it. nginx and the peer share the cores with
\`wrk\`: where a peer takes little of it, requests a second are nginx's limit and not the peer's.

${rowTables(results.rows)}

## When one request in a hundred takes 100 ms of CPU

Four workers each, 500 requests a second whatever becomes of them: half a core is at the slow ones. The latency of the other
99, from when each was due, in milliseconds.

${tailTable(results.tails)}

## Memory

Idle, with a compile cache, resident: ours is the master and a worker with the application, node:http the same application
as a process of its own.

| master | worker | node:http |
| ---: | ---: | ---: |
| ${megabytes(results.memory.master)} | ${megabytes(results.memory.worker)} | ${megabytes(results.memory.nodeHttp)} |

## On what

${machine()}
`;
  return format(text, { parser: "markdown", printWidth: 120 });
}

export function targetTable(results: Results): string {
  const all = figures(results);
  const lines = targets.map((target) => {
    const got = reached(target, all);
    const isMet = got !== undefined && (target.isUpperBound ? got <= target.want : got >= target.want);
    const want = `${target.isUpperBound ? "≤" : "≥"} ${target.want}`;
    return `| ${target.name} | ${want} | ${got === undefined ? "not there" : number(got)} | ${isMet ? "yes" : "no"} |`;
  });
  return ["| | want | got | met |", "| --- | ---: | ---: | --- |", ...lines].join("\n");
}

function rowTables(rows: Row[]): string {
  return [...Map.groupBy(rows, ({ payload }) => payload)]
    .map(([payload, group]) => {
      const node = group.find(({ peer }) => peer.id === "node");
      const lines = group.map((row) => {
        const ratio = node && median(rates(row).map((rate, round) => rate / rates(node)[round]!));
        const peerUs = row.peer.program || row.peer.host ? number(microseconds(row, "peerUs")) : "";
        return `| ${row.peer.name} | ${Math.round(median(rates(row)))} | ${ratio ? number(ratio) : ""} | ${number(microseconds(row, "nginxUs"))} | ${peerUs} |`;
      });
      return [
        `### ${payload.name}\n`,
        "| | requests/s | / node:http | nginx CPU | peer CPU |",
        "| --- | ---: | ---: | ---: | ---: |",
        ...lines,
      ].join("\n");
    })
    .join("\n\n");
}

export function tailTable(tails: Tail[]): string {
  const lines = tails.map((tail) => {
    const columns = [0.5, 0.9, 0.99].map((part) => number(median(percentiles(tail, part))));
    return `| ${tail.peer.name} | ${columns.join(" | ")} |`;
  });
  return ["| | p50 | p90 | p99 |", "| --- | ---: | ---: | ---: |", ...lines].join("\n");
}

function megabytes(mb: number): string {
  return `${Math.round(mb)} MB`;
}

function number(value: number): string {
  return value < 10 ? value.toFixed(2) : value < 100 ? value.toFixed(1) : value.toFixed(0);
}
