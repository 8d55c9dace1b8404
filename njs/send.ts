import { latin1Bytes } from "./latin1.ts";
import { isUsualValue } from "./wsgi/head_checks.ts";
import type { Head } from "./wsgi/start_response.ts";
import type { Chunk, Headers } from "./wsgi/types.ts";

/**
 * Sends a whole response through nginx.
 * @throws Error where the application said nothing, or another length than its body has
 */
export function send(r: NginxHTTPRequest, head: Head, chunks: Chunk[]): void {
  if (head.status === "") throw new Error("the application ended without a call of start_response");
  const status = head.status === "200 OK" ? 200 : parseInt(head.status, 10); // the usual one by a look
  if (status < 200) throw new Error(`the application answered "${head.status}": a 1xx is no final response`);
  const said = head.contentLength;
  const first = chunks[0];
  const body = chunks.length === 1 && typeof first === "string" ? wellFormed(first) : join(chunks);
  const isEmpty = status === 204 || status === 304; // RFC 9110 section 8.6: without a body, and its length
  const hasBody = r.method !== "HEAD" && !isEmpty;
  if (said !== undefined && hasBody && said !== Buffer.byteLength(body)) {
    throw new Error(`the application said Content-Length ${said}, its body has ${Buffer.byteLength(body)} bytes`);
  }
  const { headers } = head;
  if (headers.length === 1 && said === undefined) {
    const header = headers[0]!; // the usual head
    r.headersOut[header[0]] = sent(header[1]);
  } else {
    putHeaders(r, headers);
  }
  // r.return costs least. It takes a redirect's body for its Location, gives 304 a length, and from 400 on sends a page of
  // nginx's where there is no body.
  const isReturned = status < 300 || (status >= 400 && body.length > 0);
  try {
    if (isReturned && (hasBody || said === undefined)) {
      r.return(status, body);
    } else {
      r.status = status;
      if (!isEmpty) r.headersOut["Content-Length"] = String(said ?? Buffer.byteLength(body));
      r.sendHeader();
      if (hasBody && body.length > 0) r.send(sendable(body));
      r.finish();
    }
  } catch (error) {
    // nginx has answered itself: before 1.30 with 412 to an If-Match, RFC 9110 section 13.2. A second answer, of whatever
    // kind, would crash its worker.
    r.log(String(error));
  }
}

/** For r.send: njs 0.7.9 ends a response at a Buffer there, and takes its byte strings. */
function sendable(body: string | Buffer): string | Buffer {
  const { bytesFrom } = String as { bytesFrom?(hex: string, encoding: "hex"): string };
  return typeof body !== "string" && bytesFrom ? bytesFrom(body.toString("hex"), "hex") : body;
}

/** All chunks as one: a string where all are strings, which njs passes on without a copy. */
function join(chunks: Chunk[]): string | Buffer {
  if (chunks.every((chunk) => typeof chunk === "string")) return wellFormed(chunks.join(""));
  const bytes = chunks.map((chunk) => (typeof chunk === "string" ? Buffer.from(wellFormed(chunk)) : chunk));
  return Buffer.concat(bytes as Buffer[]);
}

/** QuickJS would send half a surrogate pair as it is, which is no UTF-8; the njs engine has none. */
function wellFormed(text: string): string {
  const later = text as string & { toWellFormed?(): string };
  return later.toWellFormed ? later.toWellFormed() : text;
}

/** Sets all but Content-Length, which nginx counts itself. A name that stands twice needs all its values at once. */
function putHeaders(r: NginxHTTPRequest, headers: Headers): void {
  const keys: string[] = [];
  for (let i = 0; i < headers.length; i++) keys[i] = headers[i]![0].toLowerCase();
  for (let i = 0; i < headers.length; i++) {
    if (keys[i] === "content-length") continue;
    const values: string[] = [];
    for (let j = 0; j < headers.length; j++) if (keys[j] === keys[i]) values.push(sent(headers[j]![1]));
    r.headersOut[headers[i]![0]] = (values.length > 1 ? values : values[0]) as string;
  }
}

/** A usual value by a look: what it has beside ASCII costs njs 0.7.9 0.2 us to ask. */
function sent(value: string): string {
  return (isUsualValue(value) ? value : latin1Bytes(value)) as string;
}
