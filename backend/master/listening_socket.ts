import { chownSync } from "node:fs";
import { lookup } from "node:dns/promises";
import { BoundSocket, type BoundSocketOptions } from "node:net";
import { parseBind, clearSocketPath, withSocketMode } from "../worker/bind.ts";

/**
 * Binds the socket all workers accept on. The master holds it, so that connections queue while no worker lives.
 * @param gid the group that may connect to a unix socket; the process's own when not given
 * @throws RangeError where `bind` names no address, Error where it can't be had
 */
export async function bindSocket(bind: string, gid?: number): Promise<BoundSocket> {
  const address = parseBind(bind);
  if ("fd" in address) throw new RangeError(`bind is "${bind}", want unix:/path or host:port`);
  if (!("path" in address)) {
    // BoundSocket takes numeric addresses alone
    return new BoundSocket({ host: (await lookup(address.host)).address, port: address.port });
  }
  await clearSocketPath(address.path);
  const socket = withSocketMode(() => new BoundSocket(address as BoundSocketOptions));
  if (gid !== undefined) chownSync(address.path, -1, gid);
  return socket;
}
