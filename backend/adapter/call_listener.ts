import type { IncomingMessage, RequestListener, ServerResponse } from "node:http";
import { isPromise } from "../../njs/wsgi/body_checks.ts";

type Failed = (error: unknown) => void;

/** Its key in a response. */
const FAILED = Symbol("njsgi.failed");

/** @param failed is given what a listener throws, or its promise rejects with, while it owes an answer */
export function callListener(
  listener: RequestListener,
  request: IncomingMessage,
  response: ServerResponse & { [FAILED]?: Failed },
  failed: Failed,
): void {
  response[FAILED] = failed;
  try {
    const returned: unknown = listener(request, response);
    if (isPromise(returned)) Promise.resolve(returned).catch((error: unknown) => fail(response, error));
  } catch (error) {
    fail(response, error);
  }
}

/** Says that what was to answer with this response has failed. */
export function fail(response: ServerResponse & { [FAILED]?: Failed }, error: unknown): void {
  const failed = response[FAILED];
  // After its answer nobody waits for it, nor where its server listens by itself: an unhandled rejection.
  if (!failed || response.writableFinished) void Promise.reject(error);
  else failed(error);
}
