import { ClientGone, type Sink } from "../gateway/sink.ts";

/** Statuses that a Response has no body with: "null body status" of the Fetch Standard. */
const NO_BODY = [204, 205, 304];

const encoder = new TextEncoder();

/**
 * A response as a Response.
 * @param client is aborted when its body is cancelled
 * @param answer is given it, once its head is known
 */
export function responseSink(client: AbortController, method: string, answer: (response: Response) => void): Sink {
  const { signal } = client;
  let controller: ReadableStreamDefaultController<Uint8Array> | undefined;
  let behind: PromiseWithResolvers<void> | undefined;
  signal.addEventListener("abort", () => behind?.reject(new ClientGone()));

  function newBody(): ReadableStream<Uint8Array> {
    return new ReadableStream({
      start: (given) => void (controller = given),
      pull: () => behind?.resolve(),
      cancel: (reason) => client.abort(reason),
    });
  }

  return {
    head(status, headers) {
      const code = Number(status.slice(0, 3));
      const body = method === "HEAD" || NO_BODY.includes(code) ? null : newBody();
      answer(new Response(body, { status: code, statusText: status.slice(4), headers }));
    },
    write(chunk) {
      if (signal.aborted) return false;
      controller?.enqueue(typeof chunk === "string" ? encoder.encode(chunk) : chunk);
      return !controller || controller.desiredSize! > 0;
    },
    drained() {
      behind = Promise.withResolvers();
      if (signal.aborted) behind.reject(new ClientGone());
      return behind.promise;
    },
    end() {
      if (!signal.aborted) controller?.close();
    },
    cut() {
      // Without a head it is one that no Response has, as a status beyond 599. The first answer alone counts.
      answer(new Response("500 Internal Server Error\n", { status: 500 }));
      controller?.error(new Error("the response was broken off"));
    },
  };
}
