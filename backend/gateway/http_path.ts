import { isHost } from "./http_refusal.ts";

/** A request target, in nginx's parts of it. */
export interface Target {
  /** The host of one in absolute form, with its port: RFC 9112 section 3.2.2 has it go before the Host. */
  host?: string;
  /** `$request_uri`: as the client sent it, without the scheme and host of one in absolute form. */
  uri: string;
  /** `$uri`: percent-decoded, slashes merged, dots resolved; one character a byte. */
  path: string;
  /** `$args`, raw. */
  query: string;
}

// RFC 9112 section 3.2: a scheme and host, which stand before the path or for none, path, query; a fragment is none of it
const TARGET =
  /^(?:[a-z][a-z0-9+.-]*:\/\/((?:[a-z0-9.-]+|\[[\w:.~!$&'()*+,;=-]*\])(?::[0-9]*)?)(?=[/?]|$)|(?=\/))(([^?#]*)(?:\?([^#]*))?.*)$/is;

/** @returns undefined where nginx answers 400: no such form, a NUL, a `%` that encodes nothing, a way above the root */
export function readTarget(target: string): Target | undefined {
  const parts = TARGET.exec(target);
  if (!parts) return undefined;
  const [, host, uri, rawPath, query = ""] = parts;
  if (host !== undefined && !isHost(host)) return undefined;
  const path = decodePath(rawPath!);
  return path === undefined ? undefined : { host, uri: uri || "/", path, query };
}

function decodePath(path: string): string | undefined {
  if (/%(?![0-9a-f]{2})|%00/i.test(path)) return undefined;
  const decoded = path.replace(/%[0-9a-f]{2}/gi, (code) => String.fromCharCode(parseInt(code.slice(1), 16)));
  const segments: string[] = [];
  for (const segment of decoded.split("/")) {
    if (segment === "..") {
      if (segments.length === 0) return undefined;
      segments.pop();
    } else if (segment !== "" && segment !== ".") {
      segments.push(segment);
    }
  }
  const isFolder = /\/\.{0,2}$/.test(decoded) && segments.length > 0;
  return "/" + segments.join("/") + (isFolder ? "/" : "");
}
