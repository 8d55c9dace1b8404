import { chownSync, readFileSync } from "node:fs";
import { lookup } from "node:dns/promises";
import { BoundSocket, type BoundSocketOptions } from "node:net";
import { log } from "../gateway/log.ts";
import { clearSocketPath, formatAddress, parseBind, withSocketMode } from "../worker/bind.ts";

/** A bound socket all workers accept on. The master holds it, so that connections queue while no worker lives. */
export interface ListeningSocket {
  fd: number;
  /** `unix:/path` or `host:port`, with the port the system chose where 0 was asked for. */
  address: string;
  close(): void;
}

export interface SocketOptions {
  /** Of a unix socket. */
  mode: number;
  /** The group of a unix socket; the process's own when not given. */
  gid?: number;
}

/**
 * @param bind `unix:/path` or `host:port`
 * @throws RangeError where `bind` names no address, Error where it can't be had
 */
export async function bindSocket(bind: string, { mode, gid }: SocketOptions): Promise<ListeningSocket> {
  const address = parseBind(bind);
  if ("fd" in address) throw new RangeError(`bind is "${bind}", want unix:/path or host:port`);
  if (!("path" in address)) {
    // BoundSocket takes numeric addresses alone
    const socket = new BoundSocket({ host: (await lookup(address.host)).address, port: address.port });
    return { fd: socket.fd(), address: formatAddress(socket.address()), close: () => socket.close() };
  }
  await clearSocketPath(address.path);
  const socket = withSocketMode(mode, () => new BoundSocket(address as BoundSocketOptions));
  if (gid !== undefined) chownSync(address.path, -1, gid);
  return { fd: socket.fd(), address: bind, close: () => socket.close() };
}

/** Says so where the kernel holds fewer connections than it is asked to. */
export function checkBacklog(backlog: number): void {
  const most = Number(readFileSync("/proc/sys/net/core/somaxconn", "utf8"));
  if (backlog > most) log(`--backlog is ${backlog}, the kernel holds ${most}: raise net.core.somaxconn`);
}
