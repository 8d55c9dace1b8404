import type { Round } from "./load.ts";
import type { Memory } from "./memory.ts";
import type { Payload } from "./payloads.ts";
import type { Peer } from "./peers/peer.ts";
import type { Figures } from "./targets.ts";

/** All of a run. */
export interface Results {
  rows: Row[];
  tails: Tail[];
  memory: Memory;
}

/** A peer under a payload. */
export interface Row {
  payload: Payload;
  peer: Peer;
  rounds: Round[];
}

/** The latencies of each round, in milliseconds, sorted. */
export interface Tail {
  peer: Peer;
  rounds: number[][];
}

export function rates({ rounds }: Row): number[] {
  return rounds.map(({ requests, seconds }) => requests / seconds);
}

/** CPU time a request, over all rounds: in one, a tick of the kernel's clock is too much. */
export function microseconds({ rounds }: Row, whose: "nginxUs" | "peerUs"): number {
  return sum(rounds.map((round) => round[whose])) / sum(rounds.map(({ requests }) => requests));
}

function sum(list: number[]): number {
  return list.reduce((total, item) => total + item, 0);
}

/** The part of them that took less, 0.5 or 0.99. */
export function percentiles({ rounds }: Tail, part: number): number[] {
  return rounds.map((latencies) => latencies[Math.floor(latencies.length * part)]!);
}

/** What the targets compare. */
export function figures({ rows, tails, memory }: Results): Figures {
  const all: Figures = new Map();
  for (const row of rows) {
    const cpuUs = microseconds(row, "nginxUs") + microseconds(row, "peerUs");
    all.set(`${row.payload.id} ${row.peer.id}`, { rounds: rates(row), cpuUs });
  }
  for (const tail of tails) all.set(`tail ${tail.peer.id}`, { rounds: percentiles(tail, 0.99) });
  for (const [what, mb] of Object.entries(memory)) all.set(`memory ${what}`, { rounds: [mb] });
  return all;
}
