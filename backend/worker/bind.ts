import { existsSync, rmSync, statSync } from "node:fs";
import { dirname } from "node:path";
import { type AddressInfo, connect } from "node:net";
import { socketHolder } from "./socket_holder.ts";

/** What a pool speaks on a socket. */
export const PROTOCOLS = ["uwsgi", "fastcgi", "scgi", "http"] as const;
export type Protocol = (typeof PROTOCOLS)[number];

/** `http:8000` is port 8000 of a host of that name: behind a protocol a whole address stands. */
const PROTOCOL_PREFIX = new RegExp(`^(${PROTOCOLS.join("|")}):(?=:|[^/].*:)`);

/** Where a pool listens. */
export type Bind = { path: string } | { host: string; port: number } | { fd: number };

/** The protocol an address names, as in `http:127.0.0.1:8000`; undefined where it names none. */
export function protocolOf(text: string): Protocol | undefined {
  return PROTOCOL_PREFIX.exec(text)?.[1] as Protocol | undefined;
}

/**
 * @param bind `unix:/path`, `host:port`, `[ipv6]:port`, `:port` for every address, or `fd:N` for a socket that is bound; with
 *   or without a protocol before it
 * @throws RangeError saying what was found and what was wanted
 */
export function parseBind(bind: string): Bind {
  const text = bind.replace(PROTOCOL_PREFIX, "");
  const path = /^unix:(.+)$/.exec(text)?.[1];
  if (path) return { path };
  const fd = /^fd:(\d+)$/.exec(text)?.[1];
  if (fd) return { fd: Number(fd) };
  const address = /^(?:\[([^\]]+)\]|([^:]*)):(\d+)$/.exec(text);
  const port = Number(address?.[3]);
  if (!address || port > 65535) throw new RangeError(`bind is "${bind}", want unix:/path, host:port or fd:N`);
  return { host: address[1] || address[2] || "0.0.0.0", port };
}

/** @param address what a socket says it is bound to. @returns it as `bind` has it */
export function formatAddress(address: AddressInfo | string): string {
  if (typeof address === "string") return `unix:${address}`;
  return address.address.includes(":") ? `[${address.address}]:${address.port}` : `${address.address}:${address.port}`;
}

/** Runs what binds a unix socket, which then has this mode from its first moment on. */
export function withSocketMode<T>(mode: number, bind: () => T): T {
  const umask = process.umask(~mode & 0o777);
  try {
    return bind();
  } finally {
    process.umask(umask);
  }
}

/**
 * Makes way for a unix socket: removes the one a killed server left behind.
 * @throws Error when a server answers there, it is no socket, or there is no folder for it
 */
export async function clearSocketPath(path: string): Promise<void> {
  // libuv would call it EACCES
  if (!existsSync(dirname(path))) throw new Error(`bind unix:${path}: there is no folder ${dirname(path)}`);
  if (!existsSync(path)) return;
  if (!statSync(path).isSocket()) throw new Error(`bind unix:${path}: ${path} is there, and is no socket`);
  const isLive = await new Promise<boolean>((resolve) => {
    const socket = connect(path, () => resolve(true)).on("error", () => resolve(false));
    socket.on("connect", () => socket.destroy());
  });
  if (isLive) throw takenError(`unix:${path}`);
  rmSync(path);
}

/** @param address `unix:/path` or `host:port`. @returns an error that says who has it */
export function takenError(address: string): Error {
  return new Error(`bind ${address}: another server listens there, ${socketHolder(address) ?? "of another user"}`);
}
