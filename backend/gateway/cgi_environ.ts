import { completeServer } from "../../njs/wsgi/server_name.ts";
import { PacketError } from "../wire/packet.ts";
import { APP_FILE, type ConnectedEnviron, type Connection } from "./connection.ts";
import { addHeader, newEnviron } from "./environ.ts";
import { fileWrapper } from "./file_body.ts";

/**
 * The environ of CGI variables: nginx's `uwsgi_param`s and their like, then the client's headers, which all start with HTTP_.
 * @param connection see CONNECTION
 * @throws PacketError where the vars are not those of a request
 */
export function cgiEnviron(vars: string[], connection: () => Connection): ConnectedEnviron {
  const environ = newEnviron(connection);
  for (let i = 0; i < vars.length; i += 2) {
    const key = vars[i]!;
    const value = vars[i + 1]!;
    if (key.startsWith("HTTP_")) addHeader(environ, key, value);
    // for the server alone: the application's environ is the same at the edge
    else if (key === "X_ACCEL_MAPPING") environ["wsgi.file_wrapper"] = fileWrapper(value);
    else if (key === "UWSGI_FILE") environ[APP_FILE] = value;
    else environ[key] = value;
  }
  if (environ.REQUEST_METHOD === "") {
    throw new PacketError("no REQUEST_METHOD in the packet, nginx needs `include uwsgi_params`, or its like...skip");
  }
  if (!/^[0-9]*$/.test(environ.CONTENT_LENGTH)) {
    throw new PacketError(`CONTENT_LENGTH is "${environ.CONTENT_LENGTH}", want a number of bytes...skip`);
  }
  // Of nginx's own words only: a client's X-Forwarded-Proto says what the client likes.
  environ["wsgi.url_scheme"] = environ.HTTPS === "on" || environ.REQUEST_SCHEME === "https" ? "https" : "http";
  completeServer(environ);
  return environ;
}

/** The value of a header that no environ has. */
export function withheldHeader(vars: string[], key: string): string | undefined {
  for (let i = 0; i < vars.length; i += 2) if (vars[i] === key && vars[i + 1] !== "") return vars[i + 1];
  return undefined;
}
