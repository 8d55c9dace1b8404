import type { RequestListener } from "node:http";
import type { Environ } from "../../njs/wsgi/types.ts";
import type { CgiConnection } from "../gateway/connection.ts";
import { responseSink } from "../gateway/response_sink.ts";
import { ClientGone } from "../gateway/sink.ts";
import { Takeover } from "../gateway/takeover.ts";
import { callListener } from "./call_listener.ts";
import { receiveBody } from "./receive_body.ts";
import { cgiRequest } from "./cgi_request.ts";
import { cgiResponse } from "./cgi_response.ts";
import { abortedError, closeResponse, tellResponses } from "./response_socket.ts";

/**
 * Calls a listener with a request and a response on a connection of nginx's by uwsgi, SCGI or FastCGI, and does for them what
 * node:http's server does.
 */
export function overCgi(listener: RequestListener, connection: CgiConnection, environ: Environ): Takeover {
  const { socket, output } = connection;
  const request = cgiRequest(connection, environ);
  const response = cgiResponse(request, connection);
  const { promise: answered, resolve, reject } = Promise.withResolvers<number>();

  function finished(): void {
    resolve((output ? output.sentBytes() : socket.bytesWritten) - response._header!.length);
    socket.off("close", closed);
    if (!request._consuming) request._dump();
    response.detachSocket(socket);
    process.nextTick(end);
  }

  /** A tick later, as node:http closes a response; and a socket is not destroyed amid its own write's callback. */
  function end(): void {
    closeResponse(response);
    connection.sink.end();
  }

  /** node:http tells the request first. */
  function closed(): void {
    request.destroy(abortedError());
    reject(new ClientGone());
  }

  if (socket._httpMessage === undefined) tellResponses(socket);
  socket.on("close", closed);
  response.once("finish", finished);
  response.on("error", (error) => environ["wsgi.errors"].write(String(error))); // as a write after the end
  response.assignSocket(socket);
  callListener(listener, request, response, reject);
  receiveBody(request, response, connection.body);
  return new Takeover(response, { ...responseSink(response), cut: connection.sink.cut }, answered);
}
