import { inspect } from "node:util";
import { isLoopback, tracebackPage } from "../../njs/wsgi/traceback_page.ts";
import type { Environ, Headers } from "../../njs/wsgi/types.ts";
import { log } from "./log.ts";
import type { Sink } from "./sink.ts";

/** What a request was before the application had its environ, which is the application's to change. */
export interface Asked extends Pick<
  Environ,
  "REQUEST_ID" | "REQUEST_METHOD" | "REQUEST_URI" | "SERVER_PROTOCOL" | "REMOTE_ADDR"
> {
  REMOTE_USER?: string;
  HTTP_REFERER?: string;
  HTTP_USER_AGENT?: string;
}

/** Before the application has the environ, which is its own to change. */
export function askedOf(environ: Environ): Asked {
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

/** @returns what is logged of the error */
export function logError(error: unknown, asked: Asked): string {
  const text = typeof error === "string" ? error : shown(error);
  log(text, { level: "error", id: asked.REQUEST_ID, request: requestLine(asked) });
  return text;
}

/** An application throws what it likes, also what can't be shown. */
function shown(error: unknown): string {
  try {
    return inspect(error);
  } catch {
    return Object.prototype.toString.call(error);
  }
}

/**
 * Answers 500, where the head has not left.
 * @param error as it was logged: in development, a client on this machine is shown it
 * @returns the bytes of its body
 */
export function sendFailure(error: string, asked: Asked, environ: Environ, sink: Sink, development: boolean): number {
  const { headers, body } =
    development && isLoopback(asked.REMOTE_ADDR)
      ? tracebackPage({ error, request: requestLine(asked), id: asked.REQUEST_ID, environ })
      : { headers: [["Content-Type", "text/plain"]] as Headers, body: "500 Internal Server Error\n" };
  return sendWhole("500 Internal Server Error", headers, body, asked, sink);
}

/** Answers 504 for an application that takes too long, and says so in the log. @returns the bytes of its body */
export function sendTimeout(asked: Asked, startedAt: number, sink: Sink): number {
  const seconds = ((performance.now() - startedAt) / 1000).toFixed(1);
  log(`no answer in ${seconds} s`, { level: "error", id: asked.REQUEST_ID, request: requestLine(asked) });
  return sendWhole("504 Gateway Timeout", [["Content-Type", "text/plain"]], "504 Gateway Timeout\n", asked, sink);
}

function sendWhole(status: string, headers: Headers, body: string, asked: Asked, sink: Sink): number {
  const bytes = Buffer.byteLength(body);
  sink.head(status, [...headers, ["Content-Length", String(bytes)]]);
  if (asked.REQUEST_METHOD !== "HEAD") sink.write(body);
  sink.end();
  return asked.REQUEST_METHOD === "HEAD" ? 0 : bytes;
}

export function requestLine({ REQUEST_METHOD, REQUEST_URI, SERVER_PROTOCOL }: Asked): string {
  return `${REQUEST_METHOD} ${REQUEST_URI} ${SERVER_PROTOCOL}`;
}
