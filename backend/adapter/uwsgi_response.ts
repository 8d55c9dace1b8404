import type { IncomingMessage, OutgoingMessage as Outgoing, ServerResponse as Response } from "node:http";
import { OutgoingMessage, ServerResponse } from "../gateway/node_http.ts";

/**
 * A response as node:http has it, in the form nginx takes from a uwsgi connection: the end of the one is the other's.
 * Not a class of its own: Express gives a response another prototype.
 */
export function uwsgiResponse(request: IncomingMessage): Response {
  const response = new ServerResponse(request);
  response.shouldKeepAlive = false;
  response._storeHeader = storeHeader;
  // nginx takes a 1xx for the answer, and gives a client that expects 100 its own; Node 24 has a way for each
  response.writeContinue = ignore;
  response.writeProcessing = ignore;
  response.writeEarlyHints = ignore;
  response.writeInformation = ignore;
  return response;
}

/** nginx would pass on the framing of chunks as body. */
function storeHeader(this: Outgoing, firstLine: string, headers: unknown): void {
  OutgoingMessage.prototype._storeHeader.call(this, firstLine, headers);
  // Not by useChunkedEncodingByDefault: without it, node:http gives a body that is there at once no Content-Length.
  if (!this.chunkedEncoding) return;
  this.chunkedEncoding = false;
  this._header = this._header!.replace(/\r\nTransfer-Encoding:.*/gi, "");
}

/** @param args the callback last, where there is one */
function ignore(...args: unknown[]): void {
  const callback = args.at(-1);
  if (typeof callback === "function") process.nextTick(callback);
}
