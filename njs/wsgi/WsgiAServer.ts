// oxlint-disable typescript/no-extraneous-class, typescript/no-unsafe-declaration-merging -- the class is callable, which TypeScript
// can only say of an interface of the same name
import { isPromise } from "./body_checks.ts";
import { isRequestError } from "./request_error.ts";
import { give, isResponse, newResponse, type Response } from "./response.ts";
import type { Application, Body, Chunk, Environ, FileLike, Headers, StartResponse } from "./types.ts";

type Settled = Iterable<Chunk> | AsyncIterable<Chunk> | Response;

/** What a method returns: a body, after it has called `start_response`, or one of the class's responses instead. */
type Answer = Settled | Promise<Settled>;

type Method = (environ: Environ, start_response: StartResponse) => Answer;

export interface WsgiAServer {
  (environ: Environ, start_response: StartResponse): Body;
  get?(environ: Environ, start_response: StartResponse): Answer;
  head?(environ: Environ, start_response: StartResponse): Answer;
  post?(environ: Environ, start_response: StartResponse): Answer;
  put?(environ: Environ, start_response: StartResponse): Answer;
  patch?(environ: Environ, start_response: StartResponse): Answer;
  delete?(environ: Environ, start_response: StartResponse): Answer;
  options?(environ: Environ, start_response: StartResponse): Answer;
}

/**
 * An application as a class, with a method for each HTTP method it answers:
 *
 *     class App extends WsgiAServer {
 *       get(environ: Environ) {
 *         return this.text(`Hello ${query(environ).name}!`);
 *       }
 *     }
 *     export const application = new App();
 *
 * HEAD is answered by `get` where there is no `head`, OPTIONS by the methods there are (RFC 9110 section 9.3.7), what has
 * no method by 405 (section 15.5.6), and a RequestError that a method throws or rejects with by its own status.
 */
export class WsgiAServer {
  constructor() {
    // An instance is the application, as with Python's __call__: a function that has the class's methods.
    const application: Application = (environ, start_response) => {
      try {
        const method = handler(server, environ.REQUEST_METHOD) ?? allow;
        return answer(method.call(server, environ, start_response), environ, start_response);
      } catch (error) {
        return refuse(error, environ, start_response);
      }
    };
    // A function's own, and read-only: a subclass may have fields of these names.
    const own = application as { name?: string; length?: number };
    delete own.name;
    delete own.length;
    const server: WsgiAServer = Object.setPrototypeOf(application, new.target.prototype);
    return server;
  }

  /** Plain text. @param status "200 OK" when not given; @param headers further ones, or another Content-Type */
  text(text: string, status?: string, headers?: Headers): Response {
    return newResponse("text/plain; charset=utf-8", [text], status, headers);
  }

  /** A page. What of `html` is no markup the application has escaped. */
  html(html: string, status?: string, headers?: Headers): Response {
    return newResponse("text/html; charset=utf-8", [html], status, headers);
  }

  /** @throws TypeError for what JSON has no form for: undefined, a function, an object that holds itself */
  json(value: unknown, status?: string, headers?: Headers): Response {
    const json = JSON.stringify(value) as string | undefined;
    if (json === undefined) throw new TypeError(`json() was given ${String(value)}, want what JSON has a form for`);
    return newResponse("application/json", [json], status, headers);
  }

  /** @param location a URL reference: from `/`, from `https://`, or relative to the request's own path */
  redirect(location: string, status = "302 Found", headers: Headers = []): Response {
    return newResponse("text/plain", [`${status}\n`], status, headers.concat([["Location", location]]));
  }

  /** A file as the server sends it best, by its `wsgi.file_wrapper`, which closes it. */
  file(file: FileLike, contentType: string, status?: string, headers?: Headers): Response {
    const response = newResponse(contentType, [], status, headers);
    response.file = file;
    return response;
  }
}

/** Closed: no client reaches `constructor` by calling it a method. */
function handler(server: WsgiAServer, method: string): Method | undefined {
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
      return server.options ?? allow;
    default:
      return undefined;
  }
}

function answer(result: Answer, environ: Environ, start_response: StartResponse): Body {
  if (Array.isArray(result)) return result; // the usual body, at once
  if (isPromise(result)) {
    return result
      .then((settled) => answer(settled, environ, start_response))
      .catch((error) => refuse(error, environ, start_response));
  }
  return isResponse(result) ? give(result, environ, start_response) : result;
}

/** @throws error unless the request is to blame for it */
function refuse(error: unknown, environ: Environ, start_response: StartResponse): Body {
  if (!isRequestError(error)) throw error;
  const { status, message } = error;
  return give(newResponse("text/plain", [`${status}: ${message}\n`], status), environ, start_response, error);
}

/** One function for OPTIONS and 405: each that is declared costs the njs engine something at every request. */
function allow(this: WsgiAServer, environ: Environ): Response {
  const methods = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"];
  const headers: Headers = [["Allow", methods.filter((method) => handler(this, method)).join(", ")]];
  if (environ.REQUEST_METHOD === "OPTIONS") return { status: "204 No Content", headers, body: [] };
  const status = "405 Method Not Allowed";
  return newResponse("text/plain", [`${status}\n`], status, headers);
}
