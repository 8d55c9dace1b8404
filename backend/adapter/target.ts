import type { IncomingMessage } from "node:http";
import type { Environ } from "../../njs/wsgi/types.ts";

/**
 * Gives a request its target: raw, and without the mount, as Express and Connect have it of an application under another.
 * They build redirects with `baseUrl`, and keep an `originalUrl` that is there.
 */
export function setTarget(request: IncomingMessage, environ: Environ): void {
  const { REQUEST_URI, SCRIPT_NAME: mount } = environ;
  // of `http://host?query` nginx has no more than that, and its proxy_pass makes it this
  const uri = REQUEST_URI.startsWith("?") ? `/${REQUEST_URI}` : REQUEST_URI;
  request.url = uri;
  if (mount === "") return;
  request.url = inMount(uri, mount) ?? rebuilt(environ);
  Object.assign(request, { originalUrl: uri, baseUrl: mount });
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
