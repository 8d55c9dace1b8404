import { format } from "prettier";
import { machine } from "./machine.ts";
import { figures, microseconds, percentiles, rates, type Results, type Row, type Tail } from "./results.ts";
import { median, reached, targets } from "./targets.ts";

/** @param how the rounds were, in words */
export function document(results: Results, how: string): Promise<string> {
  const text = `# Benchmark

\`npm run bench\` makes this page, \`npm run bench -- --short\` prints its first table in a minute, and \`-- --install\` installs
from Debian which peers are missing. Each peer is a server of one nginx with one worker and answers the same over a unix
socket, with one worker of its own and the same access log. \`wrk\` asks them in turn, with a browser's headers:
${how}.

Each is set up as its users set it up for speed: its own logs off, keep-alive where it has any, opcache, compiled
templates, \`NODE_ENV=production\`. Flask's page is a template of Jinja, that of the others escapes by hand or by PHP's
\`htmlspecialchars\`. The edge, and what else says so, is behind nginx.conf as it ships; before all others nginx has no njs and
no gzip. What says nothing of keep-alive has it where its protocol has it.

![Requests a second, by payload and peer](benchmark.svg)

## What is wanted

A ratio is of requests a second in one round, and the median of the rounds counts. Next to it is what it would be by the CPU
time of nginx and peer alone: a machine that does other things too disturbs that less.

${targetTable(results)}

What is missed, and why: [missed_targets.md](missed_targets.md).

## Requests a second

CPU is in microseconds a request, of nginx's worker and of all processes behind it. They share the cores with \`wrk\`.
The edge's application that has "the whole environ" hands it on; the other one reads nothing of it, and the build leaves
it out.

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
    const { got, byCpu } = reached(target, all) ?? {};
    const isMet = got !== undefined && (target.isUpperBound ? got <= target.want : got >= target.want);
    const want = `${target.isUpperBound ? "≤" : "≥"} ${target.want}`;
    return `| ${target.name} | ${want} | ${got ? number(got) : "not there"} | ${isMet ? "yes" : "no"} | ${byCpu ? number(byCpu) : ""} |`;
  });
  return ["| | want | got | met | by CPU |", "| --- | ---: | ---: | --- | ---: |", ...lines].join("\n");
}

function rowTables(rows: Row[]): string {
  return [...Map.groupBy(rows, ({ payload }) => payload)]
    .map(([payload, group]) => {
      const node = group.find(({ peer }) => peer.id === "node");
      const lines = group.map((row) => {
        const ratio = node && median(rates(row).map((rate, round) => rate / rates(node)[round]!));
        const peerUs = microseconds(row, "peerUs");
        return `| ${row.peer.name} | ${Math.round(median(rates(row)))} | ${ratio ? number(ratio) : ""} | ${number(microseconds(row, "nginxUs"))} | ${peerUs ? number(peerUs) : ""} |`;
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
