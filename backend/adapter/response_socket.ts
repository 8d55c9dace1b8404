import type { ServerResponse } from "node:http";
import type { Socket } from "node:net";

/** Has whichever response a socket is at told what node:http's server tells it of one. Once a socket, not once a request. */
export function tellResponses(socket: Socket): void {
  socket.on("drain", drained).on("timeout", timedOut);
}

/** The end of a response that has been sent: what node:http calls its close. */
export function closeResponse(response: ServerResponse): void {
  response.destroyed = true;
  response._closed = true;
  response.emit("close");
}

/** What a request is told whose client has gone. */
export function abortedError(): Error {
  return Object.assign(new Error("aborted"), { code: "ECONNRESET" });
}

function drained(this: Socket): void {
  const response = this._httpMessage;
  if (response && !response.writableEnded) response._flush();
}

function timedOut(this: Socket): void {
  const response = this._httpMessage;
  if (!response) return; // it is another protocol's by now
  const { req: request } = response;
  const isHeard = (!request.complete && request.emit("timeout", this)) || response.emit("timeout", this);
  if (!isHeard) this.destroy();
}
