import type { Address, Socket } from "node:net";
import type { Environ } from "../../njs/wsgi/types.ts";

/** Has a connection from nginx say whose request it carries: `remoteAddress` and the like, and `encrypted`. */
export function sayClientAddress(socket: Socket, environ: Environ): void {
  // What net.Socket's getters keep of the system's answer: they themselves can't be set.
  socket._peername = address(environ.REMOTE_ADDR, environ.REMOTE_PORT);
  socket._sockname = address(environ.SERVER_ADDR, environ.SERVER_PORT);
  socket._getsockname = keptSockname;
  // As a TLSSocket has it, and no other.
  if (environ["wsgi.url_scheme"] === "https") socket.encrypted = true;
  else if (socket.encrypted) delete socket.encrypted; // of the request before
}

/** A unix socket is asked none. One function for all: V8 is slow with properties that are a new one each time. */
function keptSockname(this: Socket): Address {
  return this._sockname;
}

/** @param ip nginx's; `unix:` has none, as with node:http */
function address(ip: string, port: string): Address {
  if (ip === "" || ip.startsWith("unix:")) return {};
  return { address: ip, family: ip.includes(":") ? "IPv6" : "IPv4", port: Number(port) };
}
