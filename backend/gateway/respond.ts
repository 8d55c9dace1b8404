import { checkBody, checkChunk, isPromise } from "../../njs/wsgi/body_checks.ts";
import { type Head, newHead, startResponse } from "../../njs/wsgi/start_response.ts";
import type { Chunk, Environ } from "../../njs/wsgi/types.ts";
import { type Asked, logError, sendFailure, sendTimeout } from "./failure.ts";
import { FileBody } from "./file_body.ts";
import { applicationFor, type Exchange, type Gateway } from "./gateway.ts";
import { outgoing } from "./outgoing.ts";
import { sendFile } from "./send_file.ts";
import { ClientGone, type Sink } from "./sink.ts";
import { Takeover } from "./takeover.ts";

/** nginx's status for a client that went before its answer came. */
const CLIENT_GONE = 499;

/**
 * Answers one request: calls the application and sends its body chunk by chunk, no faster than the client takes it. A
 * synchronous application has answered when this returns. Never rejects: what goes wrong is logged, and is a 500 while
 * the head has not left, a cut after.
 * @param client aborted when it is gone
 */
export async function respond(gateway: Gateway, environ: Environ, sink: Sink, client: AbortController): Promise<void> {
  const { signal } = client;
  const asked = askedOf(environ);
  const head = newHead();
  const out = outgoing(head, asked.REQUEST_METHOD, sink);
  const exchange: Exchange = { asked, startedAt: performance.now(), timeOut };
  let body: unknown;
  let isClosed = false;
  // of an answer that is not the application's
  let status = 0;
  let bytes = 0;
  let takeover: Takeover | undefined;
  environ["njsgi.signal"] = signal;
  gateway.open.add(exchange);

  /** PEP 3333: once, however the request ends. */
  async function close(): Promise<void> {
    if (isClosed || !hasClose(body)) return;
    isClosed = true;
    try {
      await body.close();
    } catch (error) {
      logError(error, asked);
    }
  }

  function ended(): void {
    if (!gateway.open.delete(exchange)) return;
    status ||= takeover?.response.statusCode ?? Number(head.status.slice(0, 3));
    gateway.observer?.answered(exchange, status, bytes || out.sentBytes());
    gateway.waiting.shift()?.();
  }

  const isSent = () => head.sent || takeover?.response.headersSent === true;

  function timeOut(): void {
    if (isSent()) return;
    status = 504;
    head.sent = true;
    out.stop();
    bytes = sendTimeout(asked, exchange.startedAt, sink);
    client.abort();
    void close();
    ended();
  }

  try {
    if (signal.aborted) throw new ClientGone(); // it waited too long for its turn
    body = applicationFor(gateway, Number(environ.CONTENT_LENGTH))(environ, startResponse(head, out.send));
    if (isPromise(body)) body = await body;
    if (body instanceof Takeover) {
      takeover = body;
      sink = takeover.sink;
      bytes = await takeover.answered;
      return ended();
    }
    checkBody(body);
    if (Array.isArray(body)) addContentLength(head, body);
    if (body instanceof FileBody && (await sendFile(body, head, asked.REQUEST_METHOD))) {
      // nothing else is to send
    } else if (Symbol.asyncIterator in body) {
      // The client may go while the application waits for something else.
      signal.addEventListener("abort", close);
      for await (const chunk of body) {
        if (isClosed) throw new ClientGone();
        if (!out.send(chunk)) await sink.drained();
      }
      if (isClosed) throw new ClientGone();
    } else {
      for (const chunk of body as Iterable<Chunk>) if (!out.send(chunk)) await sink.drained();
    }
    out.end();
    if (out.excess() > 0) logError(`the body has ${out.excess()} bytes more than its Content-Length`, asked);
  } catch (error) {
    if (status === 504) {
      // it has had its answer
    } else if (error instanceof ClientGone || (signal.aborted && error === signal.reason)) {
      // the second: the application has passed the signal on, and what it waited for has ended so
      status = CLIENT_GONE;
      sink.cut();
    } else {
      gateway.observer?.failed();
      const text = logError(error, asked);
      if (isSent()) sink.cut();
      else {
        status = 500;
        bytes = sendFailure(text, asked, environ, sink, gateway.development);
      }
    }
  }
  ended();
  if (hasClose(body)) await close();
}

/** Before the application has the environ, which is its own to change. */
function askedOf(environ: Environ): Asked {
  const { REQUEST_ID, REQUEST_METHOD, REQUEST_URI, SERVER_PROTOCOL, REMOTE_ADDR } = environ;
  const { REMOTE_USER, HTTP_REFERER, HTTP_USER_AGENT } = environ as Asked;
  return {
    REQUEST_ID,
    REQUEST_METHOD,
    REQUEST_URI,
    SERVER_PROTOCOL,
    REMOTE_ADDR,
    REMOTE_USER,
    HTTP_REFERER,
    HTTP_USER_AGENT,
  };
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
