import type { IncomingMessage } from "node:http";

/** What nginx takes once; `Host` with its name checked, the two of framing with node:http. */
const ONCE = new Set(
  `authorization content-range host if-match if-modified-since if-none-match if-range if-unmodified-since`.split(" "),
);

/** The status of a request that nginx answers itself, and node:http lets through; undefined for all others. */
export function refusal({ httpVersion, method, headers, rawHeaders }: IncomingMessage): number | undefined {
  if (httpVersion === "2.0") return 505;
  if (httpVersion === "0.9") return 400;
  if (headers.host !== undefined && !isHost(headers.host)) return 400;
  const encoding = headers["transfer-encoding"];
  if (encoding !== undefined) {
    // RFC 9112 section 6.1: to HTTP/1.0 it means nothing, and what stands before it may have seen another length
    if (httpVersion === "1.0") return 400;
    if (encoding.toLowerCase() !== "chunked") return 501;
  }
  const seen = new Set<string>();
  for (let i = 0; i < rawHeaders.length; i += 2) {
    const name = rawHeaders[i]!.toLowerCase();
    if (!ONCE.has(name)) continue;
    if (seen.has(name)) return 400;
    seen.add(name);
  }
  return method === "TRACE" ? 405 : undefined;
}

/** As nginx sees it: some name before the port, with no slash, space or control character and no two dots in a row. */
export function isHost(host: string): boolean {
  return !/^\.?(?::|$)|\.\.|[\0- /\x7f]/.test(host);
}
