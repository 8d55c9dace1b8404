import type { Socket } from "node:net";
import type { Chunk, Headers } from "../../njs/wsgi/types.ts";
import type { RequestBody } from "./request_body.ts";
import { cut, drained, type Sink } from "./sink.ts";

/** A chunk up to this is copied behind the head, so that both leave in one write. */
const ONE_WRITE_BYTES = 16 * 1024;

/** What a response begins with, before its status: HTTP's way, or CGI's (RFC 3875 section 6.3.3). */
export type ResponseStart = "HTTP/1.1 " | "Status: ";

/** A response as nginx reads it from a connection of its own: a status, headers, and the body up to the end. */
export function socketSink(socket: Socket, body: RequestBody, start: ResponseStart): Sink {
  let head = "";

  function write(chunk: Chunk): boolean {
    if (socket.destroyed) return false;
    if (head === "") return socket.write(chunk);
    const before = head;
    head = "";
    const bytes = Buffer.byteLength(chunk);
    if (typeof chunk === "string" && bytes === chunk.length) return socket.write(before + chunk, "latin1");
    if (bytes <= ONE_WRITE_BYTES) return socket.write(joined(before, chunk, bytes));
    socket.write(before, "latin1");
    return socket.write(chunk);
  }

  return {
    head(status, headers) {
      head = encodeHead(start, status, headers);
    },
    write,
    drained: () => drained(socket),
    end() {
      if (head !== "") write("");
      // end() would cost as much again as the whole response, for a shutdown that a close does as well. But a close with
      // bytes still to send, or to read, loses the response.
      if (socket.writableLength === 0 && body.isTaken()) socket.destroy();
      else socket.end(() => body.drain(() => socket.destroy()));
    },
    cut: () => cut(socket),
  };
}

export function encodeHead(start: ResponseStart, status: string, headers: Headers): string {
  let head = `${start}${status}\r\n`;
  for (const [name, value] of headers) head += `${name}: ${value}\r\n`;
  return head + "\r\n";
}

function joined(head: string, chunk: Chunk, bytes: number): Buffer {
  const all = Buffer.allocUnsafe(head.length + bytes);
  all.write(head, "latin1");
  if (typeof chunk === "string") all.write(chunk, head.length);
  else all.set(chunk, head.length);
  return all;
}
