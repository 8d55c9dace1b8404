import type { Environ } from "./types.ts";

/**
 * SERVER_NAME and SERVER_PORT are never empty (PEP 3333). Where the server has none, as on a unix socket, they are the
 * Host's name (RFC 3875 section 4.1.14), `localhost` without one, and the scheme's port.
 */
export function completeServer(environ: Environ): void {
  if (!environ.SERVER_NAME) environ.SERVER_NAME = hostName(environ.HTTP_HOST as string | undefined);
  if (!environ.SERVER_PORT) environ.SERVER_PORT = schemePort(environ["wsgi.url_scheme"]);
}

/** A Host up to its port, whatever that is, as nginx's `$host`; an IPv6 address keeps its brackets. */
export function hostName(host: string | undefined): string {
  return (host && /^(?:\[[^\]]*\]?|[^:]*)/.exec(host)![0]) || "localhost";
}

export function schemePort(scheme: string): string {
  return scheme === "https" ? "443" : "80";
}
