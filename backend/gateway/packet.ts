import type { Socket } from "node:net";
import { createInput } from "../../njs/wsgi/input.ts";
import { type Decode, PacketError } from "../wire/packet.ts";
import { decode as decodeScgi } from "../wire/scgi.ts";
import { decode as decodeUwsgi, PONG } from "../wire/uwsgi.ts";
import { cgiEnviron } from "./cgi_environ.ts";
import type { CgiConnection } from "./connection.ts";
import { admit, type Gateway } from "./gateway.ts";
import { log } from "./log.ts";
import { requestBody } from "./request_body.ts";
import { respond } from "./respond.ts";
import { type ResponseStart, socketSink } from "./socket_sink.ts";

/** From the connect until the packet is whole. */
export const PACKET_TIMEOUT_MS = 10_000;

/** A protocol of one packet and one answer a connection: nginx keeps none alive. */
export interface PacketProtocol {
  decode: Decode;
  start: ResponseStart;
}

/** `Status:` would reach the client; the version means nothing to nginx. */
export const UWSGI: PacketProtocol = { decode: decodeUwsgi, start: "HTTP/1.1 " };
export const SCGI: PacketProtocol = { decode: decodeScgi, start: "Status: " };

export function servePacket(socket: Socket, gateway: Gateway, { decode, start }: PacketProtocol): void {
  let received: Buffer | undefined;
  let connection: CgiConnection | undefined;
  let client: AbortController | undefined;
  let isAnswered = false;
  const timer = setTimeout(() => refuse(`no whole packet in ${PACKET_TIMEOUT_MS / 1000} s...skip`), PACKET_TIMEOUT_MS);
  socket.on("data", read).on("end", ended).on("close", closed);
  // A client that resets its connection is gone, as one that closes it: "close" follows.
  socket.on("error", () => {});

  function read(chunk: Buffer): void {
    if (connection) return connection.body.push(chunk);
    received = received ? Buffer.concat([received, chunk]) : chunk;
    try {
      const packet = decode(received, gateway.maxHeader);
      if (!packet) return;
      clearTimeout(timer);
      if (packet.type === "ping") return void socket.end(PONG, () => socket.destroy());
      serve(packet.vars, received.subarray(packet.end));
    } catch (error) {
      refuse(error instanceof PacketError ? error.message : String((error as Error).stack));
    }
  }

  /** @param first what came of the body with the packet */
  function serve(vars: string[], first: Buffer): void {
    const environ = cgiEnviron(vars, () => connection!);
    const length = Number(environ.CONTENT_LENGTH);
    const body = requestBody(length, socket);
    if (length > 0) environ["wsgi.input"] = createInput(length, body.pull);
    if (first.length > 0) body.push(first);
    const sink = socketSink(socket, body, start);
    connection = { protocol: "cgi", socket, vars, body, first, sink, start };
    client = new AbortController();
    admit(gateway, () => {
      const answering = respond(gateway, environ, sink, client!);
      if (answering) void answering.then(() => (isAnswered = true));
      else isAnswered = true;
    });
  }

  function ended(): void {
    connection?.body.cut();
    // Has it only ended its side, or is it gone? A unix socket tells by failing to take nothing at all; "close" follows.
    if (socket.writableEnded) return;
    if (client) socket.write("");
    else if (received) refuse(`the packet ended after ${received.length} bytes...skip`);
    else socket.destroy();
  }

  function refuse(line: string): void {
    log(line);
    socket.destroy();
  }

  function closed(): void {
    clearTimeout(timer);
    connection?.body.cut();
    // Only where somebody waits: the DOMException it makes costs as much as reading the packet.
    if (!isAnswered) client?.abort();
  }
}
