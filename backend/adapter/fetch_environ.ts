import { createInput } from "../../njs/wsgi/input.ts";
import { completeServer } from "../../njs/wsgi/server_name.ts";
import type { Environ } from "../../njs/wsgi/types.ts";
import { addNamedHeader, newEnviron, newRequestId, setHttps } from "../gateway/environ.ts";
import { readTarget } from "../gateway/http_path.ts";

/**
 * The environ of a Request. What that does not tell (the client's address, the server's) is empty, or from its URL.
 * @returns undefined where a server would answer 400: see readTarget
 */
export function fetchEnviron({ url, method, headers, body }: Request): Environ | undefined {
  const { protocol, host, hostname, port, pathname, search } = new URL(url);
  const target = readTarget(pathname + search);
  const length = headers.get("content-length") ?? "";
  if (!target || !/^[0-9]*$/.test(length)) return undefined;
  const environ = newEnviron();
  environ.REQUEST_METHOD = method;
  environ.PATH_INFO = target.path;
  environ.QUERY_STRING = target.query;
  environ.CONTENT_TYPE = headers.get("content-type") ?? "";
  environ.CONTENT_LENGTH = length;
  environ.REQUEST_URI = target.uri;
  environ.REQUEST_ID = newRequestId();
  environ.SERVER_PROTOCOL = "HTTP/1.1"; // never empty, and a Request does not tell
  environ.SERVER_NAME = hostname;
  environ.SERVER_PORT = port;
  for (const [name, value] of headers) addNamedHeader(environ, name, value);
  environ.HTTP_HOST ??= host;
  if (protocol === "https:") setHttps(environ);
  completeServer(environ);
  if (body) environ["wsgi.input"] = inputOf(body, length);
  return environ;
}

function inputOf(body: ReadableStream<Uint8Array>, length: string): Environ["wsgi.input"] {
  const reader = body.getReader();
  return createInput(length === "" ? Infinity : Number(length), async () => (await reader.read()).value ?? null);
}
