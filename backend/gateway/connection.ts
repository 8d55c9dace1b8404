import type { IncomingMessage, ServerResponse } from "node:http";
import type { Socket } from "node:net";
import type { Environ } from "../../njs/wsgi/types.ts";
import type { FastcgiOutput } from "./fastcgi_output.ts";
import type { RequestBody } from "./request_body.ts";
import type { Sink } from "./sink.ts";
import type { ResponseStart } from "./socket_sink.ts";

/** What a request came by, for an adapter that gives an application more than the contract does. */
export type Connection = HttpConnection | CgiConnection;

export interface HttpConnection {
  protocol: "http";
  request: IncomingMessage;
  response: ServerResponse;
  /** What came behind a request for another protocol, whose connection node:http has left to us: see upgrade_response.ts. */
  first?: Buffer;
}

/** By uwsgi, SCGI or FastCGI. */
export interface CgiConnection {
  protocol: "cgi";
  /** nginx's. */
  socket: Socket;
  /** Names and values in turn: the headers in their order, and those no environ has. */
  vars: string[];
  body: RequestBody;
  /** Ends the response so that what was written gets there. */
  sink: Sink;
  start: ResponseStart;
  /** What came behind a packet whose connection carries one request: all that comes and goes on the socket is its own. */
  first?: Buffer;
  /** What a response is written to, where the connection is shared with the requests after it. */
  output?: FastcgiOutput;
}

/**
 * Its key in an environ. A symbol: no application meets it among the keys or as JSON, and a copy of the environ has it
 * too. Of a function: who prints the environ does not want to see a socket.
 */
export const CONNECTION = Symbol("njsgi.connection");

/**
 * The key of the application's file, where nginx names one: its UWSGI_FILE. Not that name, which an application would see
 * here and not at the edge; and to delete it would make the environ one that V8 is slow with.
 */
export const APP_FILE = Symbol("njsgi.app_file");

export type ConnectedEnviron = Environ & { [CONNECTION]: (() => Connection) | undefined; [APP_FILE]?: string };

/** @throws Error where a server made the environ that has none to give */
export function connectionOf(environ: Environ): Connection {
  const connection = (environ as Partial<ConnectedEnviron>)[CONNECTION];
  if (connection) return connection();
  throw new Error(`the environ has no connection, a listener of node:http needs the one of njsgi's pool`);
}
