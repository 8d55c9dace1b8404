import type { IncomingMessage, ServerResponse } from "node:http";
import type { RequestBody } from "../gateway/request_body.ts";

/** Pushes a body into a request as it comes, as far as it is read and a bit ahead, as node:http's parser does. */
export function receiveBody(request: IncomingMessage, response: ServerResponse, { length, pull }: RequestBody): void {
  if (length === 0) return complete(request);
  let missing = length;
  let isPulling = false;
  const read = request._read.bind(request);
  request._read = (size) => {
    if (!request._consuming) read(size);
    void receive();
  };
  void receive();

  async function receive(): Promise<void> {
    if (isPulling || missing === 0) return;
    isPulling = true;
    while (missing > 0) {
      const chunk = await pull().catch(() => undefined);
      if (request.destroyed) return;
      if (chunk === null && length === Infinity) return complete(request);
      if (!chunk) return cutShort();
      missing -= chunk.length;
      if (!request.push(chunk) && missing > 0) break;
    }
    isPulling = false;
    if (missing === 0) complete(request);
  }

  /** By the client; after the answer by the server too, which takes in no more than is on its way. */
  function cutShort(): void {
    if (!response.writableFinished)
      request.socket.destroy(); // and all are told, in node:http's order
    else if (request._dumped) complete(request);
  }
}

function complete(request: IncomingMessage): void {
  request.complete = true;
  request.push(null);
}
