import { checkBody, checkChunk, isPromise } from "../../njs/wsgi/body_checks.ts";
import { type Head, startResponse } from "../../njs/wsgi/start_response.ts";
import type { Chunk, Environ } from "../../njs/wsgi/types.ts";
import { type Asked, askedOf, logError, sendFailure, sendTimeout } from "./failure.ts";
import { FileBody } from "./file_body.ts";
import { applicationFor, type Exchange, type Gateway } from "./gateway.ts";
import { Outgoing } from "./outgoing.ts";
import { sendFile } from "./send_file.ts";
import { ClientGone, type Sink } from "./sink.ts";
import { Takeover } from "./takeover.ts";

/** nginx's status for a client that went before its answer came. */
const CLIENT_GONE = 499;

/**
 * Answers one request: calls the application and sends its body chunk by chunk, no faster than the client takes it. What
 * goes wrong is logged, and is a 500 while the head has not left, a cut after.
 * @param client aborted when it is gone
 * @returns undefined where all is done, as it is for an application that returns a list; else what resolves then, and
 *   never rejects
 */
export function respond(
  gateway: Gateway,
  environ: Environ,
  sink: Sink,
  client: AbortController,
): Promise<void> | undefined {
  return new Response(gateway, environ, sink, client).send();
}

/** A class, for what it costs a small request: as functions that share their variables it was a fifth of all its bytes. */
class Response implements Exchange {
  readonly asked: Asked;
  readonly startedAt = performance.now();
  private readonly gateway: Gateway;
  private readonly environ: Environ;
  private readonly client: AbortController;
  private readonly out: Outgoing;
  private sink: Sink;
  private body: unknown;
  private isClosed = false;
  /** Of an answer that is not the application's. */
  private status = 0;
  private bytes = 0;
  private takeover: Takeover | undefined;

  constructor(gateway: Gateway, environ: Environ, sink: Sink, client: AbortController) {
    this.gateway = gateway;
    this.environ = environ;
    this.client = client;
    this.sink = sink;
    this.asked = askedOf(environ);
    this.out = new Outgoing(environ.REQUEST_METHOD, sink);
    environ["njsgi.signal"] = client.signal;
    gateway.open.add(this);
  }

  send(): Promise<void> | undefined {
    const { gateway, environ, out } = this;
    try {
      if (this.client.signal.aborted) throw new ClientGone(); // it waited too long for its turn
      const application = applicationFor(gateway, Number(environ.CONTENT_LENGTH));
      const body = application(
        environ,
        startResponse(out.head, (chunk) => out.send(chunk)),
      );
      this.body = body;
      if (!Array.isArray(body)) return this.sendLater(body);
      addContentLength(out.head, body);
      for (let i = 0; i < body.length; i++) if (!out.send(body[i])) return this.sendLater(body.slice(i + 1));
      this.finish();
    } catch (error) {
      this.fail(error);
    }
    this.end();
    return hasClose(this.body) ? this.close() : undefined;
  }

  timeOut(): void {
    if (this.isSent()) return;
    this.status = 504;
    this.out.stop();
    this.bytes = sendTimeout(this.asked, this.startedAt, this.sink);
    this.client.abort();
    void this.close();
    this.end();
  }

  /** @param body what the application returned, or what is left of it */
  private async sendLater(body: unknown): Promise<void> {
    const { out } = this;
    try {
      if (isPromise(body)) this.body = body = await body;
      if (body instanceof Takeover) {
        this.takeover = body;
        this.sink = body.sink;
        this.bytes = await body.answered;
        return this.end();
      }
      checkBody(body);
      if (Array.isArray(body)) addContentLength(out.head, body);
      const isSent = body instanceof FileBody && (await sendFile(body, out.head, this.asked.REQUEST_METHOD));
      if (!isSent) await this.sendChunks(body);
      this.finish();
    } catch (error) {
      this.fail(error);
    }
    this.end();
    await this.close();
  }

  private async sendChunks(body: Iterable<Chunk> | AsyncIterable<Chunk>): Promise<void> {
    const { out, sink } = this;
    if (!(Symbol.asyncIterator in body)) {
      for (const chunk of body) if (!out.send(chunk)) await sink.drained();
      return;
    }
    // The client may go while the application waits for something else.
    this.client.signal.addEventListener("abort", () => void this.close());
    for await (const chunk of body) {
      if (this.isClosed) throw new ClientGone();
      if (!out.send(chunk)) await sink.drained();
    }
    if (this.isClosed) throw new ClientGone();
  }

  private finish(): void {
    const { out } = this;
    out.end();
    if (out.excess > 0) logError(`the body has ${out.excess} bytes more than its Content-Length`, this.asked);
  }

  private fail(error: unknown): void {
    const { gateway, asked, environ, sink } = this;
    const { signal } = this.client;
    if (this.status === 504) return; // it has had its answer
    if (error instanceof ClientGone || (signal.aborted && error === signal.reason)) {
      // the second: the application has passed the signal on, and what it waited for has ended so
      this.status = CLIENT_GONE;
      return sink.cut();
    }
    gateway.observer?.failed();
    const text = logError(error, asked);
    if (this.isSent()) return sink.cut();
    this.status = 500;
    this.bytes = sendFailure(text, asked, environ, sink, gateway.development);
  }

  private isSent(): boolean {
    return this.out.head.sent || this.takeover?.response.headersSent === true;
  }

  /** It has its answer, or none to come. */
  private end(): void {
    const { gateway, out } = this;
    if (!gateway.open.delete(this)) return;
    const status = this.status || (this.takeover?.response.statusCode ?? Number(out.head.status.slice(0, 3)));
    gateway.observer?.answered(this, status, this.bytes || out.sentBytes);
    gateway.waiting.shift()?.();
  }

  /** PEP 3333: once, however the request ends. */
  private async close(): Promise<void> {
    if (this.isClosed || !hasClose(this.body)) return;
    this.isClosed = true;
    try {
      await this.body.close();
    } catch (error) {
      logError(error, this.asked);
    }
  }
}

/** PEP 3333 "Handling the Content-Length Header": the length of a list is known. */
function addContentLength(head: Head, body: Chunk[]): void {
  if (head.sent || head.contentLength !== undefined) return;
  let bytes = 0;
  for (const chunk of body) bytes += Buffer.byteLength(checkChunk(chunk));
  head.headers.push(["Content-Length", String(bytes)]);
}

function hasClose(body: unknown): body is { close(): unknown } {
  return typeof body === "object" && body !== null && "close" in body && typeof body.close === "function";
}
