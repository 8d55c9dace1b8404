import type { IncomingMessage } from "node:http";
import type { Environ } from "../../njs/wsgi/types.ts";

/**
 * Gives a request its target: raw, and without the mount, as Express and Connect have it of an application under another.
 * They build redirects with `baseUrl`, and keep an `originalUrl` that is there.
 */
export function setTarget(request: IncomingMessage, environ: Environ): void {
  const { SCRIPT_NAME: mount } = environ;
  const uri = originForm(environ.REQUEST_URI);
  request.url = uri;
  if (mount === "") return;
  request.url = inMount(uri, mount) ?? rebuilt(environ);
  Object.assign(request, { originalUrl: uri, baseUrl: mount });
}

/** Of `http://host?query` nginx has no more than `?query`, and its proxy_pass makes it this. */
export function originForm(uri: string): string {
  return uri.startsWith("?") ? `/${uri}` : uri;
}

/** @returns undefined where the mount is spelled otherwise, with escapes or dots */
function inMount(uri: string, mount: string): string | undefined {
  if (!uri.startsWith(mount)) return undefined;
  const rest = uri.slice(mount.length);
  if (rest.startsWith("/")) return rest;
  return rest === "" || rest.startsWith("?") ? `/${rest}` : undefined;
}

/** From the path as nginx decoded it: one character a byte. */
function rebuilt({ PATH_INFO, QUERY_STRING }: Environ): string {
  const path = PATH_INFO.replace(
    /[^\w.~!$&'()*+,;=:@/-]/g,
    (character) => `%${character.charCodeAt(0).toString(16).toUpperCase().padStart(2, "0")}`,
  );
  return (path || "/") + (QUERY_STRING && `?${QUERY_STRING}`);
}
