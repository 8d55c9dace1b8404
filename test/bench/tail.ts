import { Agent, request } from "node:http";
import { setTimeout as sleep } from "node:timers/promises";
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
  const latencies: number[] = [];
  const pending: Promise<void>[] = [];
  const start = performance.now();
  for (let n = 0; n < RATE * seconds; n++) {
    // When it was due: what a slow answer delays is not left out.
    const due = start + (n * 1000) / RATE;
    while (performance.now() < due) await sleep(Math.max(0, due - performance.now()));
    // Another place in each hundred, the same for all peers, so that sometimes two burn at once.
    const isSlow = n % 100 === (Math.floor(n / 100) * 37) % 100;
    const answered = ask(agent, peer, port, isSlow ? "/burn" : "/hello");
    const noted = answered.then(() => void (isSlow || latencies.push(performance.now() - due)));
    noted.catch(() => {}); // what went wrong is thrown below
    pending.push(noted);
  }
  await Promise.all(pending);
  agent.destroy();
  return latencies.sort((a, b) => a - b);
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
