import { checkBody, checkChunk, isPromise } from "../../njs/wsgi/body_checks.ts";
import { type Head, newHead, startResponse } from "../../njs/wsgi/start_response.ts";
import type { Application, Chunk, Environ } from "../../njs/wsgi/types.ts";
import { logError, sendFailure } from "./failure.ts";
import { FileBody } from "./file_body.ts";
import { outgoing } from "./outgoing.ts";
import { sendFile } from "./send_file.ts";
import { ClientGone, type Sink } from "./sink.ts";

/**
 * Answers one request: calls the application and sends its body chunk by chunk, no faster than the client takes it. A
 * synchronous application has answered when this returns. Never rejects: what goes wrong is logged, and is a 500 while
 * the head has not left, a cut after.
 * @param development whether a client on this machine is shown the error
 */
export async function respond(
  application: Application,
  environ: Environ,
  sink: Sink,
  development = false,
): Promise<void> {
  const { REQUEST_ID, REQUEST_METHOD, REQUEST_URI, SERVER_PROTOCOL, REMOTE_ADDR, "njsgi.signal": signal } = environ;
  const asked = { REQUEST_ID, REQUEST_METHOD, REQUEST_URI, SERVER_PROTOCOL, REMOTE_ADDR };
  const head = newHead();
  const out = outgoing(head, REQUEST_METHOD, sink);
  let body: unknown;
  let isClosed = false;

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

  try {
    body = application(environ, startResponse(head, out.send));
    if (isPromise(body)) body = await body;
    checkBody(body);
    if (Array.isArray(body)) addContentLength(head, body);
    if (body instanceof FileBody && (await sendFile(body, head, REQUEST_METHOD))) {
      // nothing else is to send
    } else if (Symbol.asyncIterator in body) {
      // The client may go while the application waits for something else.
      signal?.addEventListener("abort", close);
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
    if (error instanceof ClientGone) {
      sink.cut();
    } else {
      const text = logError(error, asked);
      if (head.sent) sink.cut();
      else sendFailure(text, asked, environ, sink, development);
    }
  }
  if (hasClose(body)) await close();
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
