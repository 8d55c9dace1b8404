import type { Chunk } from "./types.ts";

/** @throws TypeError unless a body is something to iterate over; a string would go out character by character */
export function checkBody(body: unknown): asserts body is Iterable<Chunk> | AsyncIterable<Chunk> {
  if (typeof body === "string") {
    throw new TypeError("the application returned a string, want an iterable of chunks: wrap it in a list");
  }
  const isIterable =
    body !== null && typeof body === "object" && (Symbol.iterator in body || Symbol.asyncIterator in body);
  if (!isIterable)
    throw new TypeError(`the application returned ${String(body)}, want an iterable of strings or bytes`);
}

/** Whether a body is still to come. */
export function isPromise(body: unknown): body is Promise<unknown> {
  return body !== null && typeof body === "object" && "then" in body;
}

/** @throws TypeError unless `chunk` is a string or bytes */
export function checkChunk(chunk: unknown): Chunk {
  if (typeof chunk === "string" || chunk instanceof Uint8Array) return chunk;
  throw new TypeError(`the body has a chunk that is ${typeof chunk} (${String(chunk)}), want a string or Uint8Array`);
}
