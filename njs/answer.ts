import { collect } from "./collect.ts";
import { createEnviron } from "./environ.ts";
import { fail } from "./fail.ts";
import { type EdgeRoute, routeOf } from "./route.ts";
import { send } from "./send.ts";
import { newHead, startResponse } from "./wsgi/start_response.ts";
import { checkChunk } from "./wsgi/body_checks.ts";
import type { Chunk, Environ } from "./wsgi/types.ts";

/** `js_content njsgi.answer`: runs the request's application inside nginx and sends its answer. */
export function answer(r: NginxHTTPRequest): void {
  try {
    const route = routeOf(r) as EdgeRoute;
    const head = newHead();
    const chunks: Chunk[] = [];
    const write = (chunk: Chunk) => void chunks.push(checkChunk(chunk));
    const start_response = startResponse(head, write);
    const { application } = route.load(); // a default export is what the pool knows frameworks by
    if (typeof application !== "function") {
      throw new Error(`njs/apps/${route.app} exports ${typeof application} as its application, want a function`);
    }
    const environ = route.reads === 0 ? ({} as Environ) : createEnviron(r, route);
    const body = application(environ, start_response);
    const pending = collect(body, chunks);
    if (pending) pending.then(() => send(r, head, chunks)).catch((error) => fail(r, error));
    else send(r, head, chunks);
  } catch (error) {
    fail(r, error);
  }
}
