import { inspect } from "node:util";
import { checkBody, checkChunk } from "../../njs/wsgi/body_checks.ts";
import { type Head, newHead, startResponse } from "../../njs/wsgi/start_response.ts";
import type { Application, Chunk, Environ } from "../../njs/wsgi/types.ts";
import { log } from "./log.ts";
import { ClientGone, type Sink } from "./sink.ts";

/**
 * Answers one request: calls the application and sends its body chunk by chunk, no faster than the client takes it. A
 * synchronous application has answered when this returns. Never rejects: what goes wrong is logged, and is a 500 while
 * the head has not left, a cut after.
 */
export async function respond(application: Application, environ: Environ, sink: Sink): Promise<void> {
  const head = newHead();
  const send = (chunk: Chunk) => checkChunk(chunk).length === 0 || sendHead(head, sink).write(chunk);
  let body: unknown;
  try {
    body = application(environ, startResponse(head, send));
    if (body instanceof Promise) body = await body;
    checkBody(body);
    if (Array.isArray(body)) addContentLength(head, body);
    if (Symbol.asyncIterator in body) {
      for await (const chunk of body) if (!send(chunk)) await sink.drained();
    } else {
      for (const chunk of body as Iterable<Chunk>) if (!send(chunk)) await sink.drained();
    }
    sendHead(head, sink).end();
  } catch (error) {
    fail(error, environ, head, sink);
  }
  try {
    if (hasClose(body)) await body.close();
  } catch (error) {
    logError(error, environ);
  }
}

/** PEP 3333: the head leaves with the body's first byte, or at its end. */
function sendHead(head: Head, sink: Sink): Sink {
  if (head.sent) return sink;
  if (head.status === "") throw new Error("the application ended, or sent a body, without a call of start_response");
  head.sent = true;
  sink.head(head.status, head.headers);
  return sink;
}

/** PEP 3333 "Handling the Content-Length Header": the length of a list is known. 204 and 304 have none. */
function addContentLength(head: Head, body: Chunk[]): void {
  if (head.sent || head.status.startsWith("204") || head.status.startsWith("304")) return;
  if (head.headers.some(([name]) => name.toLowerCase() === "content-length")) return;
  let bytes = 0;
  for (const chunk of body) bytes += Buffer.byteLength(checkChunk(chunk));
  head.headers.push(["Content-Length", String(bytes)]);
}

function fail(error: unknown, environ: Environ, head: Head, sink: Sink): void {
  if (error instanceof ClientGone) return sink.cut();
  logError(error, environ);
  if (head.sent) return sink.cut();
  sink.head("500 Internal Server Error", [
    ["Content-Type", "text/plain"],
    ["Content-Length", "26"],
  ]);
  sink.write("500 Internal Server Error\n");
  sink.end();
}

function logError(error: unknown, environ: Environ): void {
  const { REQUEST_ID, REQUEST_METHOD, REQUEST_URI, SERVER_PROTOCOL } = environ;
  log(`${REQUEST_ID} "${REQUEST_METHOD} ${REQUEST_URI} ${SERVER_PROTOCOL}" ${inspect(error)}`);
}

function hasClose(body: unknown): body is { close(): unknown } {
  return typeof body === "object" && body !== null && "close" in body && typeof body.close === "function";
}
