import type { Environ } from "../../njs/wsgi/types.ts";
import { encodePath } from "../gateway/accel_redirect.ts";
import { headerName } from "./raw_headers.ts";
import { originForm } from "./target.ts";

/**
 * A Request whose signal is the client's own. The one a Request makes itself follows it by weak references, which V8's small
 * collections take for strong ones: whole requests grew old, and one of Hono's cost 72 us for the 40 it does now.
 */
class ClientRequest extends Request {
  readonly #signal: AbortSignal;

  constructor(input: string | Request, init: RequestInit, signal: AbortSignal) {
    super(input, init);
    this.#signal = signal;
  }

  // @ts-expect-error -- to TypeScript it is a property, and to every runtime an accessor
  override get signal(): AbortSignal {
    return this.#signal;
  }

  override clone(): Request {
    return new ClientRequest(super.clone(), {}, this.#signal);
  }
}

/** @returns undefined for what fetch has no Request for: a target or Host that is no URL's, a TRACE, a header value */
export function toRequest(environ: Environ): Request | undefined {
  const url = urlOf(environ);
  if (url === undefined) return undefined;
  const { REQUEST_METHOD: method, "njsgi.signal": signal } = environ;
  try {
    const init = { method, headers: headersOf(environ), ...bodyOf(environ) };
    return signal ? new ClientRequest(url, init, signal) : new Request(url, init);
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
  if (REQUEST_URI) return originForm(REQUEST_URI);
  return encodePath(SCRIPT_NAME + PATH_INFO) + (QUERY_STRING && `?${QUERY_STRING}`); // PEP 3333 "URL Reconstruction"
}

/** The forwarded ones are nginx's word, as in raw_headers.ts: a Request has no other place for its client's address. */
function headersOf(environ: Environ): Record<string, string> {
  const headers: Record<string, string> = {};
  for (const key of Object.keys(environ))
    if (key.startsWith("HTTP_")) headers[headerName(key)] = environ[key] as string;
  if (environ.CONTENT_TYPE !== "") headers["Content-Type"] = environ.CONTENT_TYPE;
  if (environ.CONTENT_LENGTH !== "") headers["Content-Length"] = environ.CONTENT_LENGTH;
  const { REMOTE_ADDR: address, HTTP_X_FORWARDED_FOR: before } = environ;
  if (address !== "") {
    headers["X-Forwarded-For"] = before ? `${before as string}, ${address}` : address;
    headers["X-Forwarded-Proto"] = environ["wsgi.url_scheme"];
    headers["X-Real-Ip"] = address;
  }
  return headers;
}

/** Without a CONTENT_LENGTH there may be one yet, of a length that its end alone tells. */
function bodyOf({ REQUEST_METHOD, CONTENT_LENGTH, "wsgi.input": input }: Environ): RequestInit {
  if (REQUEST_METHOD === "GET" || REQUEST_METHOD === "HEAD" || CONTENT_LENGTH === "0") return {};
  return { body: ReadableStream.from(input.chunks()), duplex: "half" };
}
