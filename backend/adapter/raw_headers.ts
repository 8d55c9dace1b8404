import { isWithheld } from "../../njs/wsgi/header_key.ts";
import type { Environ } from "../../njs/wsgi/types.ts";
import type { CgiConnection } from "../gateway/connection.ts";

/** Names by key, of which clients can make up any number. */
const names = new Map<string, string>();
const MAX_NAMES = 1000;

/**
 * The headers of a request, as node:http would have read them from nginx's `proxy_pass`: in their order, duplicates and
 * all, without the connection's own. A client's X-Forwarded-For has its address added, and X-Forwarded-Proto and
 * X-Real-IP are nginx's word: an application that was told to trust its proxy is told the truth.
 * A packet has `HTTP_X_NAME`, which here is `X-Name` whatever the client wrote.
 */
export function rawHeaders({ vars, body }: CgiConnection, environ: Environ): string[] {
  const headers: string[] = [];
  let forwardedFor = "";
  for (let i = 0; i < vars.length; i += 2) {
    const key = vars[i]!;
    if (!key.startsWith("HTTP_") || isWithheld(key)) continue;
    const value = vars[i + 1]!;
    if (key === "HTTP_X_FORWARDED_FOR") forwardedFor += `${value}, `;
    else if (key !== "HTTP_X_FORWARDED_PROTO" && key !== "HTTP_X_REAL_IP") headers.push(headerName(key), value);
  }
  if (environ.CONTENT_TYPE !== "") headers.push("Content-Type", environ.CONTENT_TYPE);
  if (environ.CONTENT_LENGTH !== "") headers.push("Content-Length", environ.CONTENT_LENGTH);
  else if (body.length === Infinity) headers.push("Transfer-Encoding", "chunked"); // body parsers look for one of the two
  headers.push("X-Forwarded-For", forwardedFor + environ.REMOTE_ADDR);
  headers.push("X-Forwarded-Proto", environ["wsgi.url_scheme"]);
  headers.push("X-Real-IP", environ.REMOTE_ADDR);
  return headers;
}

/** `User-Agent` of `HTTP_USER_AGENT`, whatever the client wrote. */
export function headerName(key: string): string {
  const known = names.get(key);
  if (known !== undefined) return known;
  const words = key.slice("HTTP_".length).toLowerCase().split("_");
  const name = words.map((word) => word.charAt(0).toUpperCase() + word.slice(1)).join("-");
  if (names.size < MAX_NAMES) names.set(key, name);
  return name;
}
