import { load, wrk } from "./load.ts";
import type { Payload } from "./payloads.ts";
import type { Peer } from "./peers/peer.ts";
import type { Row, Tail } from "./results.ts";
import { type Running, startPeers } from "./running.ts";
import type { BenchSite } from "./site.ts";
import { tail } from "./tail.ts";

/** How long it is all to take. */
export interface Pace {
  rounds: number;
  /** Of a round, up to a second. */
  ms: number;
  /** Of a second each. */
  warmUps: number;
  tailRounds: number;
  tailSeconds: number;
  /** For a minute in all: a peer is started once for all payloads, and only what compiles as it runs is warmed up. */
  isShort?: true;
}

/** Two seconds are what Node and LuaJIT take to compile what is asked for, with some left. */
export const LONG: Pace = { rounds: 5, ms: 1000, warmUps: 2, tailRounds: 5, tailSeconds: 4 };
export const SHORT: Pace = { rounds: 2, ms: 500, warmUps: 1, tailRounds: 1, tailSeconds: 3, isShort: true };

/** A payload, and who of its peers is asked. */
export interface Asked {
  payload: Payload;
  peers: Peer[];
}

/** Starts peers and measures them, payload by payload. */
export async function measureAll(all: Asked[], pace: Pace, site: BenchSite): Promise<Row[]> {
  const rows: Row[] = [];
  for (const asked of pace.isShort ? [all] : all.map((one) => [one])) {
    const running = await startPeers([...new Set(asked.flatMap(({ peers }) => peers))], site);
    try {
      for (const one of asked) rows.push(...(await measure(one, pace, running)));
    } finally {
      await running.stop();
    }
  }
  return rows;
}

/** Asks peers in turn, round by round. */
async function measure({ payload, peers }: Asked, pace: Pace, running: Running): Promise<Row[]> {
  console.error(payload.name);
  const rows = peers.map((peer): Row => ({ payload, peer, rounds: [] }));
  for (const peer of peers.filter((one) => !pace.isShort || isNode(one)))
    for (let n = 0; n < pace.warmUps; n++) await wrk(payload, peer, running.port, 1000);
  for (let round = 0; round < pace.rounds; round++) {
    for (const { peer, rounds: list } of rows) {
      const result = await load(payload, peer, running, pace.ms).catch((error: Error) => {
        throw new Error(`${payload.name}, ${peer.name}: ${error.message}\n${running.output(peer)}`, { cause: error });
      });
      list.push(result);
    }
  }
  return rows;
}

/** What needs one of Debian's packages compiles nothing, or at once. */
function isNode({ packages, program, hasPool }: Peer): boolean {
  return !packages && (program !== undefined || hasPool === true);
}

export async function measureTails(peers: Peer[], pace: Pace, site: BenchSite): Promise<Tail[]> {
  const running = await startPeers(peers, site);
  try {
    const tails = peers.map((peer): Tail => ({ peer, rounds: [] }));
    const warmUp = (peer: Peer) => tail(peer, site.port, 1);
    if (pace.isShort) await Promise.all(peers.map(warmUp));
    else for (const peer of peers) await warmUp(peer);
    for (let round = 0; round < pace.tailRounds; round++) {
      for (const { peer, rounds: list } of tails) list.push(await tail(peer, site.port, pace.tailSeconds));
    }
    return tails;
  } finally {
    await running.stop();
  }
}
