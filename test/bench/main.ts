/**
 * `npm run bench`: every peer that is installed, in interleaved rounds; writes docs/benchmark.md and its chart.
 * `-- --short` prints the targets alone, `-- --install` installs the peers that are missing.
 */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { PROJECT } from "../site.ts";
import { chart } from "./chart.ts";
import { measureMemory } from "./memory.ts";
import { install, isInstalled } from "./packages.ts";
import { payloads } from "./payloads.ts";
import type { Peer } from "./peers/peer.ts";
import { document, tailTable, targetTable } from "./report.ts";
import type { Results } from "./results.ts";
import { LONG, measureAll, measureTails, type Pace, SHORT } from "./rounds.ts";
import { type BenchSite, startBenchSite } from "./site.ts";
import { TAIL_PEERS } from "./tail.ts";
import { isTarget } from "./targets.ts";

const { values: flags } = parseArgs({ options: { short: { type: "boolean" }, install: { type: "boolean" } } });

// The peers' sockets are for nginx's worker too, which runs as another user.
process.umask(0);

const peers = new Map([...payloads.flatMap((payload) => payload.peers), ...TAIL_PEERS].map((peer) => [peer.id, peer]));
const needed = new Set(["wrk", ...[...peers.values()].flatMap((peer) => peer.packages ?? [])]);
const missing = [...needed].filter((name) => !isInstalled(name));
if (missing.length > 0 && flags.install) install(missing);
else if (missing.length > 0) console.error(`not installed, and left out: ${missing.join(", ")} (-- --install)`);
if (!isInstalled("wrk")) throw new Error("the benchmark needs wrk");

const stopped = new Promise<never>((_, reject) => {
  for (const signal of ["SIGINT", "SIGTERM"]) process.on(signal, () => reject(new Error(signal)));
});
let bench: BenchSite | undefined;
try {
  bench = await Promise.race([startBenchSite([...peers.values()].filter(isThere)), stopped]);
  await Promise.race([run(bench, flags.short ? SHORT : LONG), stopped]);
} catch (error) {
  console.error(error);
  process.exitCode = 1;
} finally {
  await bench?.stop();
}
process.exit(); // which ends all that still runs

async function run(site: BenchSite, pace: Pace): Promise<void> {
  const results: Results = { memory: await measureMemory(site), tails: [], rows: [] };
  console.error("1% slow requests");
  results.tails = await measureTails(TAIL_PEERS, pace, site);
  const all = payloads.map((payload) => ({
    payload,
    peers: payload.peers.filter((peer) => isThere(peer) && (!flags.short || isTarget(payload.id, peer.id))),
  }));
  results.rows = await measureAll(
    all.filter(({ peers: those }) => those.length > 0),
    pace,
    site,
  );
  if (flags.short) {
    console.log(`${targetTable(results)}\n\n${tailTable(results.tails)}`);
    return;
  }
  const how = `32 connections, ${pace.rounds} interleaved rounds of a second each`;
  writeFileSync(join(PROJECT, "docs/benchmark.md"), await document(results, how));
  writeFileSync(join(PROJECT, "docs/benchmark.svg"), chart(results.rows));
  console.log("docs/benchmark.md and docs/benchmark.svg are written");
}

function isThere(peer: Peer): boolean {
  return (peer.packages ?? []).every(isInstalled);
}
