import { chownSync, readFileSync } from "node:fs";
import { lookup } from "node:dns/promises";
import { resolve } from "node:path";
import { BoundSocket, type BoundSocketOptions } from "node:net";
import { log } from "../gateway/log.ts";
import { clearSocketPath, formatAddress, parseBind, takenError, withSocketMode } from "../worker/bind.ts";
import { addressOfDescriptor } from "../worker/listening_sockets.ts";

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

/** unix(7): sun_path, without its NUL. */
const MAX_PATH_BYTES = 107;

/**
 * @param bind `unix:/path`, `host:port`, or `fd:N` for a socket this process was started with, which listens
 * @throws RangeError where `bind` names no address, Error where it can't be had
 */
export async function bindSocket(bind: string, options: SocketOptions): Promise<ListeningSocket> {
  const address = parseBind(bind);
  if ("fd" in address) return inheritedSocket(address.fd);
  if ("path" in address) return bindPath(absolute(address.path), options);
  return bindPort(address.host, address.port);
}

/** The kernel knows a socket by the path it was bound to, and two projects may have the same relative one. */
function absolute(path: string): string {
  const whole = resolve(path);
  return Buffer.byteLength(whole) <= MAX_PATH_BYTES ? whole : path;
}

async function bindPort(host: string, port: number): Promise<ListeningSocket> {
  const numeric = (await lookup(host)).address; // BoundSocket takes no names
  try {
    const socket = new BoundSocket({ host: numeric, port });
    return { fd: socket.fd(), address: formatAddress(socket.address()), close: () => socket.close() };
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "EADDRINUSE") throw error;
    throw takenError(formatAddress({ address: numeric, family: "", port }));
  }
}

async function bindPath(path: string, { mode, gid }: SocketOptions): Promise<ListeningSocket> {
  await clearSocketPath(path);
  const socket = withSocketMode(mode, () => new BoundSocket({ path } as BoundSocketOptions));
  try {
    if (gid !== undefined) chownSync(path, -1, gid);
  } catch (error) {
    socket.close();
    throw error;
  }
  return { fd: socket.fd(), address: `unix:${path}`, close: () => socket.close() };
}

/** Whoever made it, as systemd, hands it to the next process too: its file stays. */
function inheritedSocket(fd: number): ListeningSocket {
  const address = addressOfDescriptor(fd);
  if (address === undefined) throw new Error(`bind fd:${fd}: want a unix or TCP socket that listens, and this is none`);
  return { fd, address, close() {} };
}

/** Says so where the kernel holds fewer connections than it is asked to. */
export function checkBacklog(backlog: number): void {
  const most = Number(readFileSync("/proc/sys/net/core/somaxconn", "utf8"));
  if (backlog > most) log(`--backlog is ${backlog}, the kernel holds ${most}: raise net.core.somaxconn`);
}
