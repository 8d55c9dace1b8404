import { realpathSync } from "node:fs";
import { sep } from "node:path";
import type { Head } from "../../njs/wsgi/start_response.ts";
import type { WholeFile } from "./whole_file.ts";

/** Real folders by mapping. */
const folders = new Map<string, string>();

/**
 * Where nginx serves a file to itself, for X-Accel-Redirect; undefined where it does not.
 * @param mapping `/folder/=/location/`: what is in the folder is under the location. As Rack::Sendfile's
 *   X-Accel-Mapping, but nginx's own `uwsgi_param`, which no client can send
 * @throws Error where it is no such pair
 */
export function accelUri(mapping: string, path: string): string | undefined {
  if (mapping === "") return undefined;
  const [, name, location] = /^(.+)=(|\/.*[^/])\/$/s.exec(mapping) ?? [];
  if (name === undefined) throw new Error(`X_ACCEL_MAPPING is "${mapping}", want /folder/=/location/`);
  const folder = realFolder(mapping, name);
  if (folder === undefined || !path.startsWith(folder + sep)) return undefined;
  return location + encodePath(path.slice(folder.length));
}

/** Whether nginx's answer with the file would be the application's, with what nginx adds to it. */
export function isKept({ status, headers, contentLength }: Head, { size }: WholeFile): boolean {
  if (status !== "200 OK" || (contentLength !== undefined && contentLength !== size)) return false;
  return headers.every(([name]) => survives(name));
}

/** The headers nginx takes along: those with `redirect` in ngx_http_upstream.c; Accept-Ranges is the file's own. */
function survives(name: string): boolean {
  switch (name.toLowerCase()) {
    case "content-type":
    case "content-length":
    case "content-disposition":
    case "cache-control":
    case "expires":
    case "set-cookie":
      return true;
    default:
      return false;
  }
}

function realFolder(mapping: string, name: string): string | undefined {
  const known = folders.get(mapping);
  if (known !== undefined) return known;
  try {
    const folder = realpathSync.native(Buffer.from(name, "latin1"), "latin1");
    folders.set(mapping, folder);
    return folder;
  } catch {
    return undefined; // a site without such files
  }
}

/** A path as a URL has it: its `?` and `%` are no longer a URL's. @param path one character a byte */
export function encodePath(path: string): string {
  return path.replace(/[^\w.~/-]/g, (character) => `%${character.charCodeAt(0).toString(16).padStart(2, "0")}`);
}
