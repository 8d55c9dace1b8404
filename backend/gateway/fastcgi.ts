import type { Socket } from "node:net";
import { createInput } from "../../njs/wsgi/input.ts";
import type { Environ, Headers } from "../../njs/wsgi/types.ts";
import { fastcgiReader } from "../wire/fastcgi.ts";
import { PacketError } from "../wire/packet.ts";
import { cgiEnviron, withheldHeader } from "./cgi_environ.ts";
import type { CgiConnection } from "./connection.ts";
import { type FastcgiOutput, fastcgiOutput } from "./fastcgi_output.ts";
import { admit, type Gateway } from "./gateway.ts";
import { log } from "./log.ts";
import { PACKET_TIMEOUT_MS } from "./packet.ts";
import { requestBody } from "./request_body.ts";
import { respond } from "./respond.ts";
import { drained, type Sink } from "./sink.ts";
import { encodeHead } from "./socket_sink.ts";

/** A request of a connection, until it is answered. */
interface Current {
  connection: CgiConnection;
  client: AbortController;
}

export interface FastcgiConnection {
  /** Closes it, where no request is answered or comes. */
  closeIdle(): void;
}

/**
 * One connection: requests one after the other, as long as nginx keeps it.
 * @param mayStay whether there may be another request after one that is answered
 */
export function serveFastcgi(socket: Socket, gateway: Gateway, mayStay: () => boolean): FastcgiConnection {
  let current: Current | undefined;
  let timer = wait();
  const reader = fastcgiReader({ request, body: bodyChunk, bodyEnd, abort, reply }, gateway.maxHeader);
  socket.on("data", read).on("end", () => socket.destroy());
  socket.on("close", closed).on("error", () => {}); // "close" follows
  return { closeIdle: () => void (current || reader.isAmid() || socket.end()) };

  function wait(): NodeJS.Timeout | undefined {
    const line = `no whole request in ${PACKET_TIMEOUT_MS / 1000} s...skip`;
    return setTimeout(() => refuse(line), PACKET_TIMEOUT_MS);
  }

  function read(bytes: Buffer): void {
    try {
      reader.read(bytes);
    } catch (error) {
      refuse(error instanceof PacketError ? error.message : String((error as Error).stack));
    }
    // Not for a kept connection that is idle: how long that may be is nginx's to say (keepalive_timeout).
    if (!current && reader.isAmid()) timer ??= wait();
    else stopTimer();
  }

  function stopTimer(): void {
    clearTimeout(timer);
    timer = undefined;
  }

  function request(id: number, vars: string[], isKept: boolean): void {
    if (socket.writableEnded) return; // behind one that was the connection's last
    const environ = cgiEnviron(vars, () => connection);
    const length = bodyLength(environ, vars);
    const body = requestBody(length, socket);
    if (length > 0) environ["wsgi.input"] = createInput(length, body.pull);
    const output = fastcgiOutput(socket, id, () => !isKept || mayStay());
    const sink = fastcgiSink(socket, output, answered);
    const connection: CgiConnection = { protocol: "cgi", socket, vars, body, sink, start: "Status: ", output };
    const client = new AbortController();
    current = { connection, client };
    admit(gateway, () => void respond(gateway, environ, sink, client));

    function answered(): void {
      if (current?.connection !== connection) return;
      current = undefined;
      body.end(); // what nobody read of it
      if (socket.timeout) socket.setTimeout(0); // an application's own
      reader.answered();
      if (!isKept || !mayStay()) socket.end();
    }
  }

  function bodyChunk(chunk: Buffer): void {
    current?.connection.body.push(chunk);
  }

  function bodyEnd(): void {
    current?.connection.body.end();
  }

  /** By FCGI_ABORT_REQUEST, which nginx never sends: it closes the connection. */
  function abort(): void {
    current?.client.abort();
  }

  function reply(bytes: string): void {
    socket.write(bytes, "latin1");
  }

  function refuse(line: string): void {
    log(line);
    socket.destroy();
  }

  function closed(): void {
    clearTimeout(timer);
    current?.connection.body.cut();
    current?.client.abort();
  }
}

/** Of a body in chunks nginx knows none, with `fastcgi_request_buffering off`: the last record ends it. */
function bodyLength({ CONTENT_LENGTH }: Environ, vars: string[]): number {
  const isChunked = CONTENT_LENGTH === "" && withheldHeader(vars, "HTTP_TRANSFER_ENCODING") !== undefined;
  return isChunked ? Infinity : Number(CONTENT_LENGTH);
}

/** @param answered told when the response is whole */
function fastcgiSink(socket: Socket, output: FastcgiOutput, answered: () => void): Sink {
  return {
    head(status, headers) {
      const streamed: Headers = isStreamed(headers) ? [...headers, UNBUFFERED] : headers;
      output.write(encodeHead("Status: ", status, streamed), "latin1");
    },
    write: (chunk) => output.write(chunk),
    drained: () => drained(socket),
    end() {
      output.end();
      answered();
    },
    cut: () => output.cut(),
  };
}

/**
 * Has nginx keep none of a stream that its client is behind with. Only where no length is known: with one, an nginx that
 * does not buffer takes a connection that ends amid the response for its end, and the client waits for the rest.
 */
export const UNBUFFERED: Headers[number] = ["X-Accel-Buffering", "no"];

function isStreamed(headers: Headers): boolean {
  return !headers.some(([name]) => /^(content-length|x-accel-buffering|x-accel-redirect)$/i.test(name));
}
