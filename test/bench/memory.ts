import { readFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { children } from "../children.ts";
import { nodeHttp } from "./peers/node.ts";
import { uwsgi } from "./peers/njsgi.ts";
import type { Peer } from "./peers/peer.ts";
import { startPeers } from "./running.ts";
import type { BenchSite } from "./site.ts";

/** Resident memory in MB, idle, with a compile cache that is there. */
export interface Memory {
  master: number;
  worker: number;
  nodeHttp: number;
}

export async function measureMemory(site: BenchSite): Promise<Memory> {
  const cache = join(site.folder, ".cache");
  const peers = [cached(uwsgi, { XDG_CACHE_HOME: cache }), cached(nodeHttp, { NODE_COMPILE_CACHE: cache })];
  await (await startPeers(peers, site)).stop(); // which writes the cache
  const running = await startPeers(peers, site);
  await sleep(1000);
  const [master, node] = peers.map((peer) => running.pid(peer));
  const [worker] = children(master!);
  const memory = { master: resident(master!), worker: resident(worker!), nodeHttp: resident(node!) };
  await running.stop();
  return memory;
}

function cached(peer: Peer, env: NodeJS.ProcessEnv): Peer {
  return {
    ...peer,
    program(socket) {
      const command = peer.program!(socket);
      return { ...command, env: { ...command.env, ...env } };
    },
  };
}

function resident(pid: number): number {
  return Number(/VmRSS:\s+(\d+) kB/.exec(readFileSync(`/proc/${pid}/status`, "utf8"))![1]) / 1024;
}
