import { once } from "node:events";
import { Agent, request } from "node:http";
import { Worker } from "node:worker_threads";
import { clusterOfFour, clusterOfFourClose } from "./peers/node.ts";
import { uwsgiOfFour } from "./peers/njsgi.ts";
import type { Peer } from "./peers/peer.ts";

/** Four workers each. */
export const TAIL_PEERS = [uwsgiOfFour, clusterOfFour, clusterOfFourClose];

/** Requests a second, whatever becomes of them; one of a hundred takes 100 ms of CPU, so half a core is at that. */
const RATE = 500;

/** The latencies in milliseconds of those that burn nothing, sorted. */
export async function tail(peer: Peer, port: number, seconds: number): Promise<number[]> {
  const agent = new Agent({ keepAlive: true });
  const random = sameRandom();
  const latencies: number[] = [];
  const pending: Promise<void>[] = [];
  const pacer = new Worker(new URL("pacer.ts", import.meta.url), { workerData: dues(random, seconds) });
  pacer.on("message", (due: number) => {
    const isSlow = random() < 0.01;
    const answered = ask(agent, peer, port, isSlow ? "/burn" : "/hello");
    // From when it was due: what a slow answer delays is not left out.
    const noted = answered.then(() => void (isSlow || latencies.push(now() - due)));
    noted.catch(() => {}); // what went wrong is thrown below
    pending.push(noted);
  });
  await once(pacer, "exit");
  await Promise.all(pending);
  agent.destroy();
  return latencies.sort((a, b) => a - b);
}

/** In milliseconds of the clock that all threads have. */
function now(): number {
  return performance.timeOrigin + performance.now();
}

/** They come by chance, as clients do that know nothing of each other: the gaps are exponential. */
function dues(random: () => number, seconds: number): number[] {
  const all: number[] = [];
  const start = now() + 100; // the thread starts
  for (let due = start; due < start + seconds * 1000; due -= (Math.log(random()) * 1000) / RATE) all.push(due);
  return all;
}

/** Numbers between 0 and 1, the same each time, so that all peers get the same load: Park and Miller's generator. */
function sameRandom(): () => number {
  let seed = 1;
  return () => (seed = (seed * 48271) % 2147483647) / 2147483647;
}

function ask(agent: Agent, peer: Peer, port: number, path: string): Promise<void> {
  return new Promise((resolve, reject) => {
    request({ agent, port, host: "127.0.0.1", path, headers: { Host: peer.id } }, (response) => {
      if (response.statusCode !== 200) reject(new Error(`${peer.name}: ${path} is ${response.statusCode}`));
      response.resume().on("end", resolve);
    })
      .on("error", reject)
      .end();
  });
}
