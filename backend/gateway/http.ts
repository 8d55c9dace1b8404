import { randomBytes } from "node:crypto";
import type { IncomingMessage, ServerResponse } from "node:http";
import { headerKey } from "../../njs/wsgi/header_key.ts";
import { createInput } from "../../njs/wsgi/input.ts";
import { completeServer } from "../../njs/wsgi/server_name.ts";
import type { Application, Environ } from "../../njs/wsgi/types.ts";
import { addHeader, newEnviron } from "./environ.ts";
import { decodePath } from "./http_path.ts";
import { respond } from "./respond.ts";
import { drained, type Sink } from "./sink.ts";

/** The same gateway without nginx: node:http reads the request and writes the response. */
export function serveHttp(request: IncomingMessage, response: ServerResponse, application: Application): void {
  const path = decodePath(request.url!);
  if (path === undefined) {
    response.writeHead(400, { "Content-Type": "text/plain" }).end("400 Bad Request\n");
    return;
  }
  void respond(application, httpEnviron(request, path), httpSink(response));
}

/** The keys nginx.conf's `uwsgi_param`s give, from what node:http knows. */
function httpEnviron(request: IncomingMessage, path: string): Environ {
  const { socket, headers, rawHeaders } = request;
  const environ = newEnviron();
  environ.REQUEST_METHOD = request.method!;
  environ.PATH_INFO = path;
  environ.QUERY_STRING = /^[^?]*\??(.*)$/s.exec(request.url!)![1]!;
  environ.CONTENT_TYPE = headers["content-type"] ?? "";
  environ.CONTENT_LENGTH = headers["content-length"] ?? "";
  environ.REQUEST_URI = request.url!;
  environ.REQUEST_ID = randomBytes(16).toString("hex");
  environ.SERVER_PROTOCOL = `HTTP/${request.httpVersion}`;
  environ.SERVER_ADDR = socket.localAddress ?? "";
  environ.SERVER_PORT = String(socket.localPort ?? "");
  environ.REMOTE_ADDR = socket.remoteAddress ?? "";
  environ.REMOTE_PORT = String(socket.remotePort ?? "");
  for (let i = 0; i < rawHeaders.length; i += 2) {
    const key = headerKey(rawHeaders[i]!);
    // nginx drops names with an underscore: X_Real_IP and X-Real-IP would be one key
    if (key !== undefined && !rawHeaders[i]!.includes("_")) addHeader(environ, key, rawHeaders[i + 1]!);
  }
  completeServer(environ);
  // A chunked body has no length and ends when node:http says so, which knows one that was cut short.
  const length = headers["transfer-encoding"] ? Infinity : Number(environ.CONTENT_LENGTH);
  const chunks = request[Symbol.asyncIterator]();
  environ["wsgi.input"] = createInput(length, async () => {
    const { done, value } = await chunks.next();
    return done ? null : value;
  });
  return environ;
}

function httpSink(response: ServerResponse): Sink {
  response.on("error", () => {}); // the client's going: "close" follows
  return {
    head(status, headers) {
      response.writeHead(Number(status.slice(0, 3)), status.slice(4), headers.flat());
    },
    write: (chunk) => !response.destroyed && response.write(chunk),
    drained: () => drained(response),
    end: () => void response.end(),
    cut: () => void response.destroy(),
  };
}
