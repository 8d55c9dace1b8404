import { rmSync } from "node:fs";
import { request } from "node:http";
import { join } from "node:path";
import { children } from "../children.ts";
import { type Program, runProgram } from "../program.ts";
import { until } from "../until.ts";
import type { Peer } from "./peers/peer.ts";
import type { BenchSite } from "./site.ts";

/** Peers that run, behind the site's nginx. */
export interface Running {
  port: number;
  /** nginx's worker. */
  nginxPid: number;
  /** What is behind nginx; undefined where it answers alone. */
  pid(peer: Peer): number | undefined;
  /** What that, or nginx, has printed. */
  output(peer: Peer): string;
  stop(): Promise<void>;
}

/** Starts what the peers need, and waits until each answers. */
export async function startPeers(peers: Peer[], site: BenchSite): Promise<Running> {
  const programs = new Map<string, { program: Program; signal?: NodeJS.Signals }>();
  for (const peer of peers) {
    if (!peer.program) continue;
    const socket = join(site.folder, `.run/${peer.id}.sock`);
    rmSync(socket, { force: true }); // where one ran before
    const { command, args, env, signal } = peer.program(socket);
    const program = runProgram(command, args, { cwd: site.folder, log: `${socket}.log`, env });
    programs.set(peer.id, { program, signal });
  }
  const output = ({ id }: Peer) => programs.get(id)?.program.output() ?? site.logs();
  const stop = async () => {
    await Promise.all([...programs.values()].map(({ program, signal }) => program.stop(signal)));
  };
  try {
    for (const peer of peers) {
      await until(`${peer.name} to answer`, async () => (await ask(site.port, peer)) < 500, 30).catch((error) => {
        throw new Error(`${error.message}\n${output(peer)}`);
      });
    }
  } catch (error) {
    await stop();
    throw error;
  }
  return {
    port: site.port,
    nginxPid: children(site.nginx.pid)[0]!,
    pid: (peer) => (peer.hasPool ? site.pool : programs.get(peer.id)?.program)?.pid,
    output,
    stop,
  };
}

function ask(port: number, peer: Peer): Promise<number> {
  return new Promise((resolve, reject) => {
    const headers = { Host: peer.host ?? peer.id };
    const path = `${peer.prefix ?? ""}/hello`;
    request({ port, host: "127.0.0.1", path, headers, agent: false }, (response) => {
      response.resume().on("end", () => resolve(response.statusCode!));
    })
      .on("error", reject)
      .end();
  });
}
