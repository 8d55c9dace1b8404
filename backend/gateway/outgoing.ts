import { checkChunk } from "../../njs/wsgi/body_checks.ts";
import { type Head, newHead } from "../../njs/wsgi/start_response.ts";
import type { Chunk } from "../../njs/wsgi/types.ts";
import { ClientGone, type Sink } from "./sink.ts";

/** A response on its way to its sink: when its head leaves, and how much of a body may follow. */
export class Outgoing {
  readonly head: Head = newHead();
  /** Bytes the application gave beyond its Content-Length. They were not sent: nginx warns of them, HTTP breaks on them. */
  excess = 0;
  /** Bytes of the body that were sent. */
  sentBytes = 0;
  private readonly method: string;
  private readonly sink: Sink;
  private hasBody = true;
  private left = Infinity;
  private isStopped = false;

  constructor(method: string, sink: Sink) {
    this.method = method;
    this.sink = sink;
  }

  /** @returns false where the client is behind. @throws TypeError for what is no chunk */
  send(chunk: Chunk): boolean {
    if (this.isStopped) throw new ClientGone();
    if (checkChunk(chunk).length === 0) return true;
    if (!this.head.sent) this.sendHead();
    if (!this.hasBody) return true;
    const { left } = this;
    const bytes = Buffer.byteLength(chunk);
    this.sentBytes += Math.min(bytes, left);
    if (left === Infinity) return this.sink.write(chunk);
    const fitting = bytes <= left ? chunk : toBytes(chunk).subarray(0, left);
    this.excess += Math.max(0, bytes - left);
    this.left -= Math.min(bytes, left);
    return fitting.length === 0 || this.sink.write(fitting);
  }

  /** @throws Error where the body ended short of its Content-Length */
  end(): void {
    if (this.isStopped) throw new ClientGone();
    if (!this.head.sent) this.sendHead();
    if (this.left > 0 && this.left !== Infinity) {
      throw new Error(`the body ended ${this.left} bytes short of its Content-Length of ${this.head.contentLength}`);
    }
    this.sink.end();
  }

  /** Sends no more: the server has answered. */
  stop(): void {
    this.head.sent = true;
    this.isStopped = true;
  }

  /** PEP 3333: the head leaves with the body's first byte, or at its end. */
  private sendHead(): void {
    const { head } = this;
    if (head.status === "") throw new Error("the application ended, or sent a body, without a call of start_response");
    const isEmpty = head.status.startsWith("204") || head.status.startsWith("304");
    // RFC 9110 sections 8.6 and 9.3.2
    if (isEmpty) head.headers = head.headers.filter(([name]) => name.toLowerCase() !== "content-length");
    this.hasBody = !isEmpty && this.method !== "HEAD";
    if (this.hasBody) this.left = head.contentLength ?? Infinity;
    head.sent = true;
    this.sink.head(head.status, head.headers);
  }
}

function toBytes(chunk: Chunk): Uint8Array {
  return typeof chunk === "string" ? Buffer.from(chunk) : chunk;
}
