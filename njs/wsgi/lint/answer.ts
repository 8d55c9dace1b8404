import type { Chunk, Environ, ErrorStream } from "../types.ts";
import { violation } from "./violation.ts";

/** What is known of one answer while it is given. */
export interface Answer {
  /** start_response was called, and the server took it. */
  isStarted: boolean;
  /** The body's first chunk, or its end, has come: `write()` is over. */
  isBody: boolean;
  /** The application's own Content-Length; undefined where it has none, or where it counts a body that is not sent. */
  contentLength: string | undefined;
  /** The application set none, and the status is of an answer with content. */
  lacksContentType: boolean;
  /** By `write()` and the body. */
  sentBytes: number;
  isHead: boolean;
  /** The server's own. */
  errors: ErrorStream;
}

export function newAnswer(environ: Environ): Answer {
  return {
    isStarted: false,
    isBody: false,
    contentLength: undefined,
    lacksContentType: false,
    sentBytes: 0,
    isHead: environ.REQUEST_METHOD === "HEAD",
    errors: environ["wsgi.errors"],
  };
}

export function isChunk(chunk: unknown): chunk is Chunk {
  return typeof chunk === "string" || chunk instanceof Uint8Array;
}

export function addBytes(answer: Answer, chunk: Chunk): void {
  answer.sentBytes += typeof chunk === "string" ? new TextEncoder().encode(chunk).length : chunk.length;
  //= X3 An answer with a body has a `Content-Type`.
  if (answer.lacksContentType && answer.sentBytes > 0) {
    throw violation("X3", "the application sent a body, and gave no Content-Type");
  }
  //= S15b The body is no longer than the `Content-Length` the application set.
  if (answer.contentLength !== undefined && answer.sentBytes > +answer.contentLength) {
    throw violation(
      "S15b",
      `the application set Content-Length ${answer.contentLength}, and sent ${answer.sentBytes} bytes`,
    );
  }
}

/** The body is over. */
export function checkWhole(answer: Answer): void {
  answer.isBody = true;
  //= S6a The application calls `start_response`, also when its body is empty.
  if (!answer.isStarted) throw violation("S6a", "the application ended without a call of start_response");
  //= S15c The body is no shorter than the `Content-Length` the application set.
  if (answer.contentLength !== undefined && answer.sentBytes !== +answer.contentLength) {
    throw violation(
      "S15c",
      `the application set Content-Length ${answer.contentLength}, and ended after ${answer.sentBytes} bytes`,
    );
  }
}
