import type { Application } from "../../njs/wsgi/types.ts";
import { newGateway } from "../gateway/gateway.ts";
import { respond } from "../gateway/respond.ts";
import { fetchEnviron } from "./fetch_environ.ts";
import { responseSink } from "./fetch_sink.ts";

/** A Request's signal follows the one it was made with only while the Request is there: nodejs/node#55428. */
const kept = new WeakMap<AbortSignal, Request>();

/**
 * The application as a fetch handler, for runtimes that have Node's modules: Node, Deno, Bun.
 * An error before the head is a 500; after, the body errors. Both are logged to standard error.
 * @returns what resolves with the Response once its head is known; its body comes no faster than it is read
 */
export function toFetch(application: Application): (request: Request) => Promise<Response> {
  const gateway = newGateway({ application });
  return (request) =>
    new Promise((resolve) => {
      const environ = fetchEnviron(request);
      if (!environ) return resolve(new Response("400 Bad Request\n", { status: 400 }));
      const client = new AbortController();
      const abort = () => client.abort(request.signal.reason);
      if (request.signal.aborted) abort();
      else request.signal.addEventListener("abort", abort);
      kept.set(client.signal, request);
      void respond(gateway, environ, responseSink(client, request.method, resolve), client);
    });
}
