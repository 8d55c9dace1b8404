import { readdirSync, readFileSync, readlinkSync } from "node:fs";
import { listeningSockets } from "./listening_sockets.ts";

/**
 * Who listens on an address: `pid 17 (nginx: master process)`; undefined where that can't be seen.
 * @param address `unix:/path` or `host:port`
 */
export function socketHolder(address: string): string | undefined {
  const sockets = listeningSockets();
  const socket =
    sockets.find((one) => one.address === address) ?? sockets.find((one) => isSamePort(one.address, address));
  const link = socket && `socket:[${socket.inode}]`;
  const pid = link && readdirSync("/proc").find((name) => /^\d+$/.test(name) && hasOpen(name, link));
  return pid && `pid ${pid} (${readFileSync(`/proc/${pid}/cmdline`, "utf8").replaceAll("\0", " ").trim()})`;
}

/** Every address of a machine's is in the way of one, and the other way round. */
function isSamePort(one: string, other: string): boolean {
  const port = (address: string) => (address.startsWith("unix:") ? undefined : /\d+$/.exec(address)![0]);
  return port(one) !== undefined && port(one) === port(other);
}

function hasOpen(pid: string, link: string): boolean {
  try {
    return readdirSync(`/proc/${pid}/fd`).some((fd) => readlinkSync(`/proc/${pid}/fd/${fd}`) === link);
  } catch {
    return false; // it is gone, or another user's
  }
}
