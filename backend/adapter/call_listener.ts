import type { IncomingMessage, RequestListener, ServerResponse } from "node:http";
import { isPromise } from "../../njs/wsgi/body_checks.ts";

/** @param failed is given what a listener throws, or its promise rejects with, while it owes an answer */
export function callListener(
  listener: RequestListener,
  request: IncomingMessage,
  response: ServerResponse,
  failed: (error: unknown) => void,
): void {
  try {
    const returned: unknown = listener(request, response);
    if (isPromise(returned)) Promise.resolve(returned).catch(fail);
  } catch (error) {
    fail(error);
  }

  function fail(error: unknown): void {
    // After its answer nobody waits for it: an unhandled rejection.
    if (response.writableFinished) void Promise.reject(error);
    else failed(error);
  }
}
