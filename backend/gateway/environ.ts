import { hostname } from "node:os";
import { errorStream } from "../../njs/wsgi/error_stream.ts";
import { headerKey, isWithheld, joinValues } from "../../njs/wsgi/header_key.ts";
import { emptyInput } from "../../njs/wsgi/input.ts";
import type { Environ } from "../../njs/wsgi/types.ts";
import { VERSION } from "../../njs/wsgi/version.ts";
import { type ConnectedEnviron, type Connection, CONNECTION } from "./connection.ts";
import { fileWrapper } from "./file_body.ts";
import { log } from "./log.ts";

const NODE = hostname();

/** For a server that sends no files itself. */
const streamed = fileWrapper("");

/** An environ with every key that one must have, for a protocol to fill in. All have one shape, which V8 is fast with. */
export function newEnviron(connection?: () => Connection): ConnectedEnviron {
  const environ: Environ = {
    REQUEST_METHOD: "",
    SCRIPT_NAME: "",
    PATH_INFO: "",
    QUERY_STRING: "",
    CONTENT_TYPE: "",
    CONTENT_LENGTH: "",
    REQUEST_URI: "",
    REQUEST_SCHEME: "http",
    REQUEST_ID: "",
    DOCUMENT_ROOT: "",
    SCRIPT_FILENAME: "",
    SERVER_PROTOCOL: "",
    SERVER_ADDR: "",
    SERVER_PORT: "",
    SERVER_NAME: "",
    REMOTE_ADDR: "",
    REMOTE_PORT: "",
    "wsgi.version": [1, 0],
    "wsgi.url_scheme": "http",
    "wsgi.input": emptyInput(),
    "wsgi.input_terminated": true,
    "wsgi.errors": errorStream((line) => log(line, { id: environ.REQUEST_ID })),
    "wsgi.multithread": false,
    "wsgi.multiprocess": true,
    "wsgi.run_once": false,
    "wsgi.file_wrapper": streamed,
    "uwsgi.version": VERSION,
    "uwsgi.node": NODE,
    "njsgi.runtime": "pool",
    "njsgi.module": "",
  };
  // Not in the literal: V8 leaves its own code for a computed key there, and did so at each request.
  (environ as ConnectedEnviron)[CONNECTION] = connection;
  return environ as ConnectedEnviron;
}

/** Sets a request header's key; one that is already there gets both values, one no application sees is dropped. */
export function addHeader(environ: Environ, key: string, value: string): void {
  if (isWithheld(key)) return;
  const first = environ[key];
  environ[key] = first === undefined ? value : joinValues(key, first as string, value);
}

/** Sets the key of a header under the name it came with. nginx drops all others: X_Real_IP and X-Real-IP would be one key. */
export function addNamedHeader(environ: Environ, name: string, value: string): void {
  const key = /^[0-9A-Za-z-]+$/.test(name) ? headerKey(name) : undefined;
  if (key !== undefined) addHeader(environ, key, value);
}

/** Says that the client came over TLS, in every key that does. */
export function setHttps(environ: Environ): void {
  environ.HTTPS = "on";
  environ.REQUEST_SCHEME = environ["wsgi.url_scheme"] = "https";
}

/** Where nginx gives none: 32 hexadecimal digits, as its `$request_id`. */
export function newRequestId(): string {
  return crypto.randomUUID().replaceAll("-", "");
}
