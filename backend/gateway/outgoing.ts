import { checkChunk } from "../../njs/wsgi/body_checks.ts";
import type { Head } from "../../njs/wsgi/start_response.ts";
import type { Chunk } from "../../njs/wsgi/types.ts";
import { ClientGone, type Sink } from "./sink.ts";

/** A response on its way to its sink: when its head leaves, and how much of a body may follow. */
export interface Outgoing {
  /** @returns false where the client is behind. @throws TypeError for what is no chunk */
  send(chunk: Chunk): boolean;
  /** @throws Error where the body ended short of its Content-Length */
  end(): void;
  /** Bytes the application gave beyond its Content-Length. They were not sent: nginx warns of them, HTTP breaks on them. */
  excess(): number;
  /** Bytes of the body that were sent. */
  sentBytes(): number;
  /** Sends no more: the server has answered. */
  stop(): void;
}

export function outgoing(head: Head, method: string, sink: Sink): Outgoing {
  let hasBody = true;
  let left = Infinity;
  let excess = 0;
  let sent = 0;
  let isStopped = false;

  /** PEP 3333: the head leaves with the body's first byte, or at its end. */
  function sendHead(): void {
    if (head.status === "") throw new Error("the application ended, or sent a body, without a call of start_response");
    const isEmpty = head.status.startsWith("204") || head.status.startsWith("304");
    // RFC 9110 sections 8.6 and 9.3.2
    if (isEmpty) head.headers = head.headers.filter(([name]) => name.toLowerCase() !== "content-length");
    hasBody = !isEmpty && method !== "HEAD";
    if (hasBody) left = head.contentLength ?? Infinity;
    head.sent = true;
    sink.head(head.status, head.headers);
  }

  return {
    send(chunk) {
      if (isStopped) throw new ClientGone();
      if (checkChunk(chunk).length === 0) return true;
      if (!head.sent) sendHead();
      if (!hasBody) return true;
      const bytes = Buffer.byteLength(chunk);
      sent += Math.min(bytes, left);
      if (left === Infinity) return sink.write(chunk);
      const fitting = bytes <= left ? chunk : toBytes(chunk).subarray(0, left);
      excess += Math.max(0, bytes - left);
      left -= Math.min(bytes, left);
      return fitting.length === 0 || sink.write(fitting);
    },
    end() {
      if (isStopped) throw new ClientGone();
      if (!head.sent) sendHead();
      if (left > 0 && left !== Infinity) {
        throw new Error(`the body ended ${left} bytes short of its Content-Length of ${head.contentLength}`);
      }
      sink.end();
    },
    excess: () => excess,
    sentBytes: () => sent,
    stop: () => void (isStopped = true),
  };
}

function toBytes(chunk: Chunk): Uint8Array {
  return typeof chunk === "string" ? Buffer.from(chunk) : chunk;
}
