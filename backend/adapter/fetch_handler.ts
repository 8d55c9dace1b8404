import { inspect } from "node:util";
import type { Application, Environ } from "../../njs/wsgi/types.ts";
import { inBackground } from "../gateway/background.ts";
import { toRequest } from "./fetch_request.ts";
import { sendResponse } from "./fetch_response.ts";

/** What a fetch handler has beside the request and the environ. */
export interface FetchContext {
  /** Work that goes on when the answer is out. A worker's end waits for it; its error is logged. */
  waitUntil(promise: Promise<unknown>): void;
}

/** A WinterTC handler; its env is the environ. */
export type FetchHandler = (request: Request, environ: Environ, context: FetchContext) => Response | Promise<Response>;

/** An object with a fetch handler, as Hono's and h3's applications are, and a WinterTC module's default export. */
export interface FetchObject {
  // Frameworks have wider types of their own for the two: Hono's context is Cloudflare's.
  fetch(request: Request, environ: any, context: any): Response | Promise<Response>;
}

/**
 * The application made of a fetch handler. `request.signal` fires when the client is gone, and then the Response's body is
 * cancelled. A request that fetch has none for (a TRACE, a target that is no URL's) is a 400, without the handler.
 * @param handler a function, or an object with one as `fetch`, which it is called on
 * @throws TypeError for what is neither
 */
export function fetchHandler(handler: FetchHandler | FetchObject): Application {
  const object = asObject(handler);
  return async (environ, start_response) => {
    const isHead = environ.REQUEST_METHOD === "HEAD";
    const request = toRequest(environ);
    if (!request) {
      start_response("400 Bad Request", [["Content-Type", "text/plain"]]);
      return ["400 Bad Request\n"];
    }
    const response = await object.fetch(request, environ, newContext(environ));
    return sendResponse(response, isHead, start_response);
  };
}

function asObject(handler: FetchHandler | FetchObject): FetchObject {
  if (typeof (handler as FetchObject | undefined)?.fetch === "function") return handler as FetchObject;
  if (typeof handler === "function") return { fetch: handler };
  const found = inspect(handler, { depth: 0 });
  throw new TypeError(`fetchHandler() was given ${found}, want a function or an object with the method fetch`);
}

function newContext({ "wsgi.errors": errors }: Environ): FetchContext {
  return {
    waitUntil(promise) {
      inBackground(promise, (error) => errors.write(`waitUntil: ${inspect(error)}`));
    },
  };
}
