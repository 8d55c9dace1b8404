// oxlint-disable typescript/no-extraneous-class, typescript/no-unsafe-declaration-merging -- the class is callable, which TypeScript
// can only say of an interface of the same name
import type { Application, Body, Environ, StartResponse } from "./types.ts";

export interface WsgiAServer {
  (environ: Environ, start_response: StartResponse): Body;
  get?(environ: Environ, start_response: StartResponse): Body;
  head?(environ: Environ, start_response: StartResponse): Body;
  post?(environ: Environ, start_response: StartResponse): Body;
  put?(environ: Environ, start_response: StartResponse): Body;
  patch?(environ: Environ, start_response: StartResponse): Body;
  delete?(environ: Environ, start_response: StartResponse): Body;
  options?(environ: Environ, start_response: StartResponse): Body;
}

/**
 * An application as a class, with a method for each HTTP method it answers:
 *
 *     class App extends WsgiAServer {
 *       get(environ: Environ, start_response: StartResponse) { … }
 *     }
 *     export const application = new App();
 *
 * HEAD is answered by `get` where there is no `head`, what has no method by 405 (RFC 9110 section 15.5.6).
 */
export class WsgiAServer {
  constructor() {
    // An instance is the application, as with Python's __call__: a function that has the class's methods.
    const application: Application = (environ, start_response) =>
      (handler(server, environ.REQUEST_METHOD) ?? notAllowed).call(server, environ, start_response);
    // A function's own, and read-only: a subclass may have fields of these names.
    const own = application as { name?: string; length?: number };
    delete own.name;
    delete own.length;
    const server: WsgiAServer = Object.setPrototypeOf(application, new.target.prototype);
    return server;
  }
}

/** Closed: no client reaches `constructor` by calling it a method. */
function handler(server: WsgiAServer, method: string): Application | undefined {
  switch (method) {
    case "GET":
      return server.get;
    case "HEAD":
      return server.head ?? server.get;
    case "POST":
      return server.post;
    case "PUT":
      return server.put;
    case "PATCH":
      return server.patch;
    case "DELETE":
      return server.delete;
    case "OPTIONS":
      return server.options;
    default:
      return undefined;
  }
}

function notAllowed(this: WsgiAServer, _environ: Environ, start_response: StartResponse): Body {
  const methods = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"];
  const allow = methods.filter((method) => handler(this, method)).join(", ");
  start_response("405 Method Not Allowed", [
    ["Allow", allow],
    ["Content-Type", "text/plain"],
  ]);
  return ["405 Method Not Allowed\n"];
}
