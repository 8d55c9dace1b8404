import type { IncomingMessage, ServerResponse as Response } from "node:http";
import { ServerResponse } from "../gateway/node_http.ts";
import { abortedError, closeResponse, tellResponses } from "./response_socket.ts";

/** Whether node:http is to leave its connection to us, with a request that asks for another protocol: one without a body. */
export function isUpgrade({ headers }: IncomingMessage): boolean {
  return !(Number(headers["content-length"]) > 0) && headers["transfer-encoding"] === undefined;
}

/**
 * A response to such a request, for an application that answers it as any other: what node:http's server does for its own,
 * but that the connection is not kept.
 */
export function upgradeResponse(request: IncomingMessage): Response {
  const { socket } = request;
  const response = new ServerResponse(request);
  response.shouldKeepAlive = false;
  request.upgrade = false;
  tellResponses(socket);
  socket.on("error", () => {}); // "close" follows
  // While it is the response's: whoever takes the connection sees to both.
  socket.on("end", () => response.socket && socket.destroy());
  socket.on("close", () => response.socket && request.destroy(abortedError()));
  response.assignSocket(socket);
  response.once("finish", () => {
    if (!request._consuming) request._dump();
    response.detachSocket(socket);
    process.nextTick(closeResponse, response);
    socket.destroySoon();
  });
  return response;
}
