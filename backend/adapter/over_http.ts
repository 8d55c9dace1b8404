import type { RequestListener } from "node:http";
import type { Environ } from "../../njs/wsgi/types.ts";
import type { HttpConnection } from "../gateway/connection.ts";
import { responseSink } from "../gateway/response_sink.ts";
import { ClientGone } from "../gateway/sink.ts";
import { Takeover } from "../gateway/takeover.ts";
import { callListener } from "./call_listener.ts";
import { setTarget } from "./target.ts";

/** Calls a listener with the request and response that node:http made of a connection. */
export function overHttp(listener: RequestListener, { request, response }: HttpConnection, environ: Environ): Takeover {
  const { socket } = request;
  const before = socket.bytesWritten;
  setTarget(request, environ);
  response.setHeader("X-Request-ID", environ.REQUEST_ID);
  const answered = new Promise<number>((resolve, reject) => {
    response.once("finish", () => resolve(socket.bytesWritten - before - response._header!.length));
    response.once("close", () => reject(new ClientGone()));
    callListener(listener, request, response, reject);
  });
  return new Takeover(response, responseSink(response, environ.REQUEST_ID), answered);
}
