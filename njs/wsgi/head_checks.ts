import type { Headers } from "./types.ts";

/** Field names that belong to the connection (RFC 9110 section 7.6.1), which is the server's, and `Status`, CGI's own. */
export function isServersOwn(name: string): boolean {
  switch (name.toLowerCase()) {
    case "connection":
    case "keep-alive":
    case "proxy-authenticate":
    case "proxy-authorization":
    case "proxy-connection":
    case "te":
    case "trailer":
    case "transfer-encoding":
    case "upgrade":
    case "status":
      return true;
    default:
      return false;
  }
}

/** The names and values most responses have: these need no closer look, which costs njs 0.7.9 a regex each. */
function isUsualName(name: string): boolean {
  switch (name) {
    case "Content-Type":
    case "Content-Length":
    case "Cache-Control":
    case "ETag":
    case "Last-Modified":
    case "Location":
    case "Set-Cookie":
    case "Vary":
      return true;
    default:
      return false;
  }
}

export function isUsualValue(value: string): boolean {
  switch (value) {
    case "text/plain":
    case "text/plain; charset=utf-8":
    case "text/html":
    case "text/html; charset=utf-8":
    case "application/json":
    case "no-cache":
    case "no-store":
      return true;
    default:
      return false;
  }
}

/** @throws TypeError unless `status` is `NNN reason` (PEP 3333), 3 digits from 100 on, in printable latin-1 */
export function checkStatus(status: string): void {
  if (typeof status !== "string" || !/^[1-9][0-9][0-9] [\x20-\x7e\xa0-\xff]*$/.test(status)) {
    throw new TypeError(`status is ${show(status)}, want three digits from 100 on, a space and a reason, as "200 OK"`);
  }
}

/**
 * Gives a head its headers, a copy: what the application does to its list later was never checked.
 * @throws TypeError naming the header that is no pair of strings, no token, not latin-1, or the server's to set; a
 *   Content-Length that is no number of bytes, and two of them
 */
export function setHeaders(head: { headers: Headers; contentLength?: number }, headers: Headers): void {
  if (!Array.isArray(headers)) throw new TypeError(`headers are ${show(headers)}, want a list of [name, value]`);
  const checked: Headers = [];
  let length: number | undefined;
  for (let i = 0, count = headers.length; i < count; i++) {
    const pair = headers[i];
    const isPair = Array.isArray(pair) && pair.length === 2;
    const name: unknown = isPair && pair[0];
    const value: unknown = isPair && pair[1];
    if (typeof name !== "string" || typeof value !== "string") {
      throw new TypeError(`header ${i} is ${show(pair)}, want [name, value], both strings`);
    }
    if (!isUsualName(name)) checkName(name);
    // RFC 9110 section 5.5: no control characters, which is what header injection needs
    if (!isUsualValue(value) && /[^\x20-\x7e\xa0-\xff]/.test(value)) {
      throw new TypeError(`header "${name}" has the value ${show(value)}, want printable latin-1`);
    }
    if (name.length === 14 && name.toLowerCase() === "content-length") {
      if (length !== undefined) throw new TypeError(`header "${name}" is there twice`);
      length = lengthOf(name, value);
    }
    checked[i] = [name, value];
  }
  head.headers = checked;
  if (length !== head.contentLength) head.contentLength = length; // mostly both are undefined, and to add a key costs
}

function lengthOf(name: string, value: string): number {
  if (!/^[0-9]{1,15}$/.test(value)) throw new TypeError(`header "${name}" is ${show(value)}, want a number of bytes`);
  return +value;
}

function checkName(name: string): void {
  // RFC 9110 section 5.6.2
  if (name === "" || /[^!#$%&'*+.^_`|~0-9A-Za-z-]/.test(name))
    throw new TypeError(`header name ${show(name)} is no token of RFC 9110`);
  if (isServersOwn(name)) throw new TypeError(`header "${name}" is the server's to set, not the application's`);
}

function show(value: unknown): string {
  return value === undefined || typeof value === "function" ? String(value) : JSON.stringify(value);
}
