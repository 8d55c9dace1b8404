import type { Socket } from "node:net";
import type { Chunk } from "../../njs/wsgi/types.ts";
import { endOfStdout, MAX_CONTENT_BYTES, stdoutHeader, unknownType } from "../wire/fastcgi_records.ts";
import { cut } from "./sink.ts";

/** Bytes that wait for the end of this turn of the event loop, at the most. */
const HELD_BYTES = 16 * 1024;

/** The bytes of one response as FastCGI's records. What comes in one turn of the event loop leaves in one write. */
export interface FastcgiOutput {
  /**
   * @param encoding of a string, default UTF-8. @param written called when it has left
   * @returns false where the client is behind: the socket's "drain" follows
   */
  write(chunk: Chunk, encoding?: BufferEncoding, written?: () => void): boolean;
  /** The response is whole: the connection is free for another. */
  end(): void;
  /** It is broken off, after what was written: the connection is of no more use. */
  cut(): void;
  /** Of what was written, without the records' own. */
  sentBytes(): number;
}

/** @param id the request's. @param mayStay whether there may be another request behind it */
export function fastcgiOutput(socket: Socket, id: number, mayStay: () => boolean): FastcgiOutput {
  let held: (string | Uint8Array)[] = []; // strings are one character a byte
  let heldBytes = 0;
  let callbacks: (() => void)[] = [];
  let isEnded = false;
  let sent = 0;

  function hold(part: string | Uint8Array): void {
    const last = held.length - 1;
    if (typeof part === "string" && typeof held[last] === "string") held[last] += part;
    else held.push(part);
    heldBytes += part.length;
  }

  function flush(): boolean {
    if (held.length === 0 && callbacks.length === 0) return true;
    const parts = held;
    const called = callbacks;
    const isSmall = heldBytes <= HELD_BYTES;
    held = [];
    heldBytes = 0;
    callbacks = [];
    if (socket.destroyed) return false;
    const written = called.length > 0 ? () => called.forEach((callback) => callback()) : undefined;
    if (parts.length < 2) return put(parts[0] ?? "", written);
    if (isSmall) return put(Buffer.concat(parts.map(toBytes)), written);
    socket.cork();
    const last = parts.pop()!;
    for (const part of parts) put(part);
    const isTaken = put(last, written);
    socket.uncork();
    return isTaken;
  }

  function put(part: string | Uint8Array, written?: () => void): boolean {
    return typeof part === "string" ? socket.write(part, "latin1", written) : socket.write(part, written);
  }

  return {
    write(chunk, encoding = "utf8", written) {
      if (isEnded) return false;
      if (held.length === 0 && callbacks.length === 0) process.nextTick(flush);
      if (written) callbacks.push(written);
      const bytes = typeof chunk === "string" ? asLatin1(chunk, encoding) : chunk;
      sent += bytes.length;
      for (let at = 0; at < bytes.length; at += MAX_CONTENT_BYTES) {
        const content = bytes.length <= MAX_CONTENT_BYTES ? bytes : slice(bytes, at, at + MAX_CONTENT_BYTES);
        hold(stdoutHeader(id, content.length));
        hold(content);
      }
      return heldBytes < HELD_BYTES ? !socket.writableNeedDrain : flush();
    },
    end() {
      if (isEnded) return;
      isEnded = true;
      hold(endOfStdout(id));
      // nginx keeps no connection with bytes behind the end: else it may have sent its next request before it sees us close.
      if (!mayStay()) hold(unknownType(0));
      flush();
    },
    cut() {
      if (isEnded) return;
      isEnded = true;
      // Without buffering nginx takes an end without END_REQUEST for the response's; but not a record that it does not know.
      hold(unknownType(0));
      flush();
      if (socket.writableLength === 0) cut(socket);
      else socket.end(() => cut(socket));
    },
    sentBytes: () => sent,
  };
}

/** As it is where it has one byte a character already, which most text has. */
function asLatin1(text: string, encoding: BufferEncoding): string | Uint8Array {
  if (encoding === "latin1" || encoding === "binary" || Buffer.byteLength(text, encoding) === text.length) return text;
  return Buffer.from(text, encoding);
}

function toBytes(part: string | Uint8Array): Uint8Array {
  return typeof part === "string" ? Buffer.from(part, "latin1") : part;
}

function slice(bytes: string | Uint8Array, from: number, to: number): string | Uint8Array {
  return typeof bytes === "string" ? bytes.slice(from, to) : bytes.subarray(from, to);
}
