import type { Head } from "./wsgi/start_response.ts";
import type { Chunk, Headers } from "./wsgi/types.ts";

/**
 * Sends a whole response through nginx.
 * @throws Error where the application said nothing, or another length than its body has
 */
export function send(r: NginxHTTPRequest, head: Head, chunks: Chunk[]): void {
  if (head.status === "") throw new Error("the application ended without a call of start_response");
  const status = +head.status.slice(0, 3);
  if (status < 200) throw new Error(`the application answered "${head.status}": a 1xx is no final response`);
  const isHead = r.method === "HEAD";
  const body = join(chunks);
  const said = valuesOf(head.headers, "content-length")[0];
  if (said !== undefined && !isHead && +said !== Buffer.byteLength(body)) {
    throw new Error(`the application said Content-Length ${said}, its body has ${Buffer.byteLength(body)} bytes`);
  }
  setHeaders(r, head.headers);
  if (isRedirect(status) || (isHead && said !== undefined)) {
    // r.return takes the body of a redirect for its Location, and the length of no body for Content-Length
    r.status = status;
    if (isHead) r.headersOut["Content-Length"] = said;
    r.sendHeader();
    if (!isHead) r.send(String(body));
    r.finish();
  } else {
    r.return(status, body);
  }
}

function isRedirect(status: number): boolean {
  return status === 301 || status === 302 || status === 303 || status === 307 || status === 308;
}

/** All chunks as one: a string where all are strings, which njs passes on without a copy. */
function join(chunks: Chunk[]): string | Buffer {
  const first = chunks[0];
  if (chunks.length === 1 && typeof first === "string") return first;
  if (chunks.every((chunk) => typeof chunk === "string")) return chunks.join("");
  return Buffer.concat(chunks.map((chunk) => (typeof chunk === "string" ? Buffer.from(chunk) : chunk)) as Buffer[]);
}

/** Sets all but Content-Length, which nginx counts itself. A name that stands twice needs all its values at once. */
function setHeaders(r: NginxHTTPRequest, headers: Headers): void {
  for (let i = 0; i < headers.length; i++) {
    const name = headers[i]![0];
    const values = headers.length > 1 ? valuesOf(headers, name.toLowerCase()) : [headers[i]![1]];
    if (name.toLowerCase() !== "content-length")
      r.headersOut[name] = (values.length > 1 ? values : values[0]) as string;
  }
}

/** @param key a header's name in lower case */
function valuesOf(headers: Headers, key: string): string[] {
  const values: string[] = [];
  for (let i = 0; i < headers.length; i++) {
    if (headers[i]![0].toLowerCase() === key) values.push(headers[i]![1]);
  }
  return values;
}
