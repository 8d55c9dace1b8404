import type { IncomingMessage, OutgoingMessage as Outgoing, ServerResponse as Response } from "node:http";
import type { CgiConnection } from "../gateway/connection.ts";
import type { FastcgiOutput } from "../gateway/fastcgi_output.ts";
import { UNBUFFERED } from "../gateway/fastcgi.ts";
import { OutgoingMessage, ServerResponse } from "../gateway/node_http.ts";

/**
 * A response as node:http has it, in the form nginx takes by uwsgi, SCGI or FastCGI.
 * Not a class of its own: Express gives a response another prototype.
 */
export function cgiResponse(request: IncomingMessage, { start, output, sink }: CgiConnection): Response {
  const response = new ServerResponse(request);
  response.shouldKeepAlive = false;
  response._removedConnection = true; // no header for what nginx knows
  response._storeHeader = start === "HTTP/1.1 " ? storeHeader : storeCgiHeader;
  if (output) writeTo(output, response);
  // Before its end it breaks the answer off, which without chunks or a length not every connection's end shows.
  response.destroy = (error) => {
    if (response.socket && !response.writableEnded) sink.cut();
    return OutgoingMessage.prototype.destroy.call(response, error) as Response;
  };
  // nginx takes a 1xx for the answer, and gives a client that expects 100 its own; Node 24 has a way for each
  response.writeContinue = ignore;
  response.writeProcessing = ignore;
  response.writeEarlyHints = ignore;
  response.writeInformation = ignore;
  return response;
}

/** Its records, in place of the connection's bytes. */
function writeTo(output: FastcgiOutput, response: Response): void {
  response._writeRaw = (data, encoding, written) => {
    // The head, before a body of bytes.
    for (const held of response.outputData.splice(0)) output.write(held.data, held.encoding ?? "utf8", held.callback);
    return output.write(data, encoding ?? "utf8", written);
  };
  response.once("prefinish", () => output.end()); // within its end(): all of a small one leaves in one write
}

function storeCgiHeader(this: Outgoing, firstLine: string, headers: unknown): void {
  const isStreamed = storeHeader.call(this, firstLine, headers);
  this._header = this._header!.replace(/^HTTP\/1.1/, "Status:");
  if (isStreamed && !/^x-accel-buffering:/im.test(this._header)) {
    this._header = this._header.replace(/\r\n$/, `${UNBUFFERED.join(": ")}\r\n\r\n`);
  }
}

/**
 * nginx would pass on the framing of chunks as body.
 * @returns whether there would have been one: no length is known
 */
function storeHeader(this: Outgoing, firstLine: string, headers: unknown): boolean {
  OutgoingMessage.prototype._storeHeader.call(this, firstLine, headers);
  // Not by useChunkedEncodingByDefault: without it, node:http gives a body that is there at once no Content-Length.
  if (!this.chunkedEncoding) return false;
  this.chunkedEncoding = false;
  this._header = this._header!.replace(/\r\nTransfer-Encoding:.*/gi, "");
  return true;
}

/** @param args the callback last, where there is one */
function ignore(...args: unknown[]): void {
  const callback = args.at(-1);
  if (typeof callback === "function") process.nextTick(callback);
}
