import { fileWrapper } from "./file_wrapper.ts";
import type { Body, Environ, FileLike, Headers, StartResponse } from "./types.ts";

/** A whole answer as a value: what `this.json(…)` and the like of a WsgiAServer make. */
export interface Response {
  status: string;
  headers: Headers;
  body: Body;
  /** Instead of a body: sent by the server's own `wsgi.file_wrapper`. */
  file?: FileLike;
}

/** @param headers further ones; a Content-Type among them is the response's, instead of `contentType` */
export function newResponse(contentType: string, body: Body, status = "200 OK", headers?: Headers): Response {
  const own: Headers = [["Content-Type", contentType]];
  if (headers === undefined) return { status, headers: own, body };
  const hasType = headers.some((header) => header[0].toLowerCase() === "content-type");
  return { status, headers: hasType ? headers : own.concat(headers), body };
}

export function isResponse(result: unknown): result is Response {
  if (typeof result !== "object" || result === null) return false;
  const { status, headers } = result as Response;
  return typeof status === "string" && Array.isArray(headers);
}

/** Answers a request with it. @param error what makes an answer that was started before void */
export function give(response: Response, environ: Environ, start_response: StartResponse, error?: Error): Body {
  start_response(response.status, response.headers, error);
  if (!response.file) return response.body;
  // PEP 3333 has it optional, and the edge leaves it out where no application names it: this is the one it has.
  return (environ["wsgi.file_wrapper"] ?? fileWrapper)(response.file);
}
