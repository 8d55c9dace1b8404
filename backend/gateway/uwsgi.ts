import type { Socket } from "node:net";
import { createInput } from "../../njs/wsgi/input.ts";
import { decode, PacketError, PONG } from "../wire/uwsgi.ts";
import { CONNECTION } from "./connection.ts";
import { admit, type Gateway } from "./gateway.ts";
import { log } from "./log.ts";
import { requestBody } from "./request_body.ts";
import { respond } from "./respond.ts";
import { socketSink } from "./socket_sink.ts";
import { uwsgiEnviron } from "./uwsgi_environ.ts";

/** From the connect until the packet is whole. */
const PACKET_TIMEOUT_MS = 10_000;

/** One connection: one packet, one request, one response. nginx keeps no uwsgi connection alive. */
export function serveUwsgi(socket: Socket, gateway: Gateway): void {
  let received: Buffer | undefined;
  let client: AbortController | undefined;
  let isAnswered = false;
  const timer = setTimeout(() => refuse(`no whole packet in ${PACKET_TIMEOUT_MS / 1000} s...skip`), PACKET_TIMEOUT_MS);
  socket.on("data", read).on("end", ended).on("close", closed);
  // A client that resets its connection is gone, as one that closes it: "close" follows.
  socket.on("error", () => {});

  function read(chunk: Buffer): void {
    received = received ? Buffer.concat([received, chunk]) : chunk;
    try {
      const packet = decode(received, gateway.maxHeader);
      if (!packet) return;
      clearTimeout(timer);
      socket.off("data", read);
      client = new AbortController();
      if (packet.type === "ping") return void socket.end(PONG, () => socket.destroy());
      serveRequest(socket, gateway, packet.vars, received.subarray(packet.end), client, () => (isAnswered = true));
    } catch (error) {
      refuse(error instanceof PacketError ? error.message : String((error as Error).stack));
    }
  }

  function ended(): void {
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
    // Only where somebody waits: the DOMException it makes costs as much as reading the packet.
    if (!isAnswered) client?.abort();
  }
}

/** @param first what came of the body with the packet */
function serveRequest(
  socket: Socket,
  gateway: Gateway,
  vars: string[],
  first: Buffer,
  client: AbortController,
  answered: () => void,
): void {
  const environ = uwsgiEnviron(vars);
  const length = Number(environ.CONTENT_LENGTH);
  const body = requestBody(socket, length, first);
  if (length > 0) environ["wsgi.input"] = createInput(length, body.pull);
  const sink = socketSink(socket, body);
  environ[CONNECTION] = () => ({ protocol: "uwsgi", socket, vars, body, first, sink });
  admit(gateway, () => void respond(gateway, environ, sink, client).then(answered));
}
