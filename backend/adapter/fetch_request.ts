import type { Environ } from "../../njs/wsgi/types.ts";
import { encodePath } from "../gateway/accel_redirect.ts";

/** A Request's signal follows the one it was made with only while the Request is there: nodejs/node#55428. */
const kept = new WeakMap<AbortSignal, Request>();

const FORWARDED = new Set(["HTTP_X_FORWARDED_FOR", "HTTP_X_FORWARDED_PROTO", "HTTP_X_REAL_IP"]);

/** Keeps a Request, so that its signal fires, as long as the signal of the request it is. */
export function keepWith(signal: AbortSignal, request: Request): void {
  kept.set(signal, request);
}

/** @returns undefined for what fetch has no Request for: a target or Host that is no URL's, a TRACE, a header value */
export function toRequest(environ: Environ): Request | undefined {
  const url = urlOf(environ);
  if (url === undefined) return undefined;
  const { REQUEST_METHOD: method, "njsgi.signal": signal } = environ;
  try {
    const request = new Request(url, { method, headers: headersOf(environ), signal, ...bodyOf(environ) });
    if (signal) keepWith(signal, request);
    return request;
  } catch {
    return undefined;
  }
}

function urlOf(environ: Environ): string | undefined {
  const { HTTP_HOST, SERVER_NAME, SERVER_PORT } = environ;
  // RFC 9112 section 3.2.2: the host of a target in absolute form goes before the Host
  const [, authority, target] = /^(?:[a-z][a-z0-9+.-]*:\/\/([^/?#]+))?(.*)$/is.exec(targetOf(environ))!;
  if (authority === undefined && !target!.startsWith("/")) return undefined;
  const host = authority ?? ((HTTP_HOST as string) || `${SERVER_NAME}:${SERVER_PORT}`);
  // In a URL these end the host, or what is before it: the path would not be the one nginx has chosen by.
  if (/[/?#@\\\s]/.test(host)) return undefined;
  // To a URL `\` is a slash, to nginx it is a character of the path.
  return `${environ["wsgi.url_scheme"]}://${host}${target!.replaceAll("\\", "%5C")}`;
}

/** As the client sent it: PATH_INFO no longer tells `/` from `%2F`, and is what a server without REQUEST_URI has. */
function targetOf({ REQUEST_URI, SCRIPT_NAME, PATH_INFO, QUERY_STRING }: Environ): string {
  if (REQUEST_URI) return REQUEST_URI;
  return encodePath(SCRIPT_NAME + PATH_INFO) + (QUERY_STRING && `?${QUERY_STRING}`); // PEP 3333 "URL Reconstruction"
}

/** The forwarded ones are nginx's word, as in raw_headers.ts: a Request has no other place for its client's address. */
function headersOf(environ: Environ): [string, string][] {
  const headers: [string, string][] = [];
  if (environ.CONTENT_TYPE !== "") headers.push(["Content-Type", environ.CONTENT_TYPE]);
  if (environ.CONTENT_LENGTH !== "") headers.push(["Content-Length", environ.CONTENT_LENGTH]);
  const { REMOTE_ADDR: address, "wsgi.url_scheme": scheme, HTTP_X_FORWARDED_FOR: before } = environ;
  const isKnown = address !== "";
  for (const key of Object.keys(environ)) {
    if (!key.startsWith("HTTP_") || (isKnown && FORWARDED.has(key))) continue;
    headers.push([key.slice(5).replaceAll("_", "-"), environ[key] as string]);
  }
  if (isKnown) {
    headers.push(["X-Forwarded-For", before ? `${before as string}, ${address}` : address]);
    headers.push(["X-Forwarded-Proto", scheme], ["X-Real-IP", address]);
  }
  return headers;
}

/** Without a CONTENT_LENGTH there may be one yet, of a length that its end alone tells. */
function bodyOf({ REQUEST_METHOD, CONTENT_LENGTH, "wsgi.input": input }: Environ): RequestInit {
  if (REQUEST_METHOD === "GET" || REQUEST_METHOD === "HEAD" || CONTENT_LENGTH === "0") return {};
  return { body: ReadableStream.from(input.chunks()), duplex: "half" };
}
