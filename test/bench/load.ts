import { execFile } from "node:child_process";
import { fileURLToPath } from "node:url";
import { cpuTime } from "./cpu.ts";
import type { Payload } from "./payloads.ts";
import type { Peer } from "./peers/peer.ts";
import type { Running } from "./running.ts";

/** What one round of a peer gave. */
export interface Round {
  requests: number;
  seconds: number;
  /** CPU time of nginx, and of what is behind it, 0 where nothing is, in microseconds. */
  nginxUs: number;
  peerUs: number;
}

/** A browser's. */
const HEADERS = [
  "User-Agent: Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0",
  "Accept: text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8",
  "Accept-Language: en-US,en;q=0.5",
  "Accept-Encoding: gzip, deflate, br",
  "Cookie: session=0123456789abcdef",
];

/** As many requests as 32 connections get answered. @param ms for how long, up to a second */
export async function load(payload: Payload, peer: Peer, running: Running, ms: number): Promise<Round> {
  const pid = running.pid(peer);
  const nginxUs = cpuTime(running.nginxPid);
  const peerUs = pid ? cpuTime(pid) : 0;
  const output = await wrk(payload, peer, running.port, ms);
  const [, requests, time, unit] = /(\d+) requests in ([\d.]+)(m?s)/.exec(output) ?? [];
  if (!requests || !time || /Non-2xx|Socket errors/.test(output)) {
    throw new Error(output);
  }
  return {
    requests: Number(requests),
    seconds: Number(time) / (unit === "ms" ? 1000 : 1),
    nginxUs: cpuTime(running.nginxPid) - nginxUs,
    peerUs: pid ? cpuTime(pid) - peerUs : 0,
  };
}

export function wrk({ paths, script }: Payload, peer: Peer, port: number, ms: number): Promise<string> {
  const headers = HEADERS.concat(`Host: ${peer.host ?? peer.id}`).flatMap((header) => ["-H", header]);
  const [path, ...more] = paths(peer);
  // Only where it must: for a request made by Lua wrk itself takes the longer.
  const scripted = script ? ["-s", fileURLToPath(new URL(script, import.meta.url))] : [];
  const args = ["-t1", "-c32", "-d1s", ...headers, ...scripted, `http://127.0.0.1:${port}${path}`];
  return new Promise((resolve, reject) => {
    const child = execFile("wrk", [...args, "--", path!, ...more], (error, stdout) => {
      clearTimeout(timer);
      if (error) reject(error);
      else resolve(stdout);
    });
    // It is told whole seconds, and ends in good order at a SIGINT too.
    const timer = ms < 1000 ? setTimeout(() => child.kill("SIGINT"), ms) : undefined;
  });
}
