import type { Headers } from "./types.ts";

/** Field names that belong to the connection (RFC 9110 section 7.6.1), which is the server's, and `Status`, CGI's own. */
function isServersOwn(name: string): boolean {
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

/** The names most responses have: no need to look closer, which costs njs 0.7.9 a regex each. */
function isUsual(name: string): boolean {
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

/** @throws TypeError unless `status` is `NNN reason` (PEP 3333), 3 digits from 100 on, in printable latin-1 */
export function checkStatus(status: string): void {
  if (status === "200 OK") return;
  if (typeof status !== "string" || !/^[1-9][0-9][0-9] [\x20-\x7e\xa0-\xff]*$/.test(status)) {
    throw new TypeError(`status is ${show(status)}, want three digits from 100 on, a space and a reason, as "200 OK"`);
  }
}

/** @throws TypeError naming the header that is no pair of strings, no token, not latin-1, or the server's to set */
export function checkHeaders(headers: Headers): void {
  if (!Array.isArray(headers)) throw new TypeError(`headers are ${show(headers)}, want a list of [name, value]`);
  for (let i = 0; i < headers.length; i++) {
    const pair = headers[i];
    if (!Array.isArray(pair) || pair.length !== 2 || typeof pair[0] !== "string" || typeof pair[1] !== "string") {
      throw new TypeError(`header ${i} is ${show(pair)}, want [name, value], both strings`);
    }
    if (!isUsual(pair[0])) checkName(pair[0]);
    // RFC 9110 section 5.5: no control characters, which is what header injection needs
    if (!/^[\x20-\x7e\xa0-\xff]*$/.test(pair[1])) {
      throw new TypeError(`header "${pair[0]}" has the value ${show(pair[1])}, want printable latin-1`);
    }
  }
}

function checkName(name: string): void {
  // RFC 9110 section 5.6.2
  if (!/^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/.test(name))
    throw new TypeError(`header name ${show(name)} is no token of RFC 9110`);
  if (isServersOwn(name)) throw new TypeError(`header "${name}" is the server's to set, not the application's`);
}

function show(value: unknown): string {
  return value === undefined || typeof value === "function" ? String(value) : JSON.stringify(value);
}
