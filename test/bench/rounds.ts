import { load, wrk } from "./load.ts";
import type { Payload } from "./payloads.ts";
import type { Peer } from "./peers/peer.ts";
import type { Row, Tail } from "./results.ts";
import { startPeers } from "./running.ts";
import type { BenchSite } from "./site.ts";
import { tail } from "./tail.ts";

/** What Node and LuaJIT take to compile what is asked for, with some left. */
const WARM_UP_SECONDS = 2;

/** Starts a payload's peers and asks them in turn, round by round, a second each. */
export async function measure(payload: Payload, peers: Peer[], rounds: number, site: BenchSite): Promise<Row[]> {
  const running = await startPeers(peers, site);
  try {
    const rows = peers.map((peer): Row => ({ payload, peer, rounds: [] }));
    for (const peer of peers)
      for (let second = 0; second < WARM_UP_SECONDS; second++) await wrk(payload, peer, site.port);
    for (let round = 0; round < rounds; round++) {
      for (const { peer, rounds: list } of rows) {
        const result = await load(payload, peer, running).catch((error: Error) => {
          throw new Error(`${payload.name}, ${peer.name}: ${error.message}\n${running.output(peer)}`, { cause: error });
        });
        list.push(result);
      }
    }
    return rows;
  } finally {
    await running.stop();
  }
}

export async function measureTails(peers: Peer[], rounds: number, site: BenchSite): Promise<Tail[]> {
  const running = await startPeers(peers, site);
  try {
    const tails = peers.map((peer): Tail => ({ peer, rounds: [] }));
    for (const peer of peers) await tail(peer, site.port, 1);
    for (let round = 0; round < rounds; round++) {
      for (const { peer, rounds: list } of tails) list.push(await tail(peer, site.port, 4));
    }
    return tails;
  } finally {
    await running.stop();
  }
}
