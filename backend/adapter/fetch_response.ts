import { inspect } from "node:util";
import { isServersOwn } from "../../njs/wsgi/head_checks.ts";
import type { Chunk, Headers, StartResponse } from "../../njs/wsgi/types.ts";
import { STATUS_CODES } from "../gateway/node_http.ts";

type Reader = ReadableStreamDefaultReader<Uint8Array>;
type Read = ReturnType<Reader["read"]>;

/**
 * Answers with a Response. Headers that are the server's to set are left out: a Response of another server, that `fetch`
 * gave, has some.
 * @param isHead whether the client asked for the head alone: no stream is read for it
 * @returns the body: a list where all of it is there at once, so that its length is known, as a text's is
 * @throws TypeError for what is no Response, or has no body any more
 */
export async function sendResponse(
  response: unknown,
  isHead: boolean,
  start_response: StartResponse,
): Promise<Iterable<Chunk> | AsyncIterable<Chunk>> {
  checkResponse(response);
  const { status, statusText, body } = response;
  start_response(`${status} ${statusText || (STATUS_CODES[status] ?? "")}`, headersOf(response));
  // An iterator's length is not known: what a GET would have got is not said to be 0 bytes.
  if (!body) return isHead ? [].values() : [];
  const reader = body.getReader();
  const { chunks, pending } = await readAtOnce(reader);
  return pending ? streamed(reader, chunks, isHead ? undefined : pending) : chunks;
}

/** By its tag: a framework may bring a Response of its own, and other realms have theirs. */
function checkResponse(response: unknown): asserts response is Response {
  if (Object.prototype.toString.call(response) !== "[object Response]") {
    const found = inspect(response, { depth: 0, breakLength: Infinity, maxStringLength: 60 });
    throw new TypeError(`the fetch handler returned ${found}, want a Response`);
  }
  const { type, bodyUsed, body } = response as Response;
  if (type === "error") throw new TypeError("the fetch handler returned Response.error(), which is no answer");
  if (bodyUsed || body?.locked) {
    throw new TypeError("the fetch handler returned a Response whose body was read already: return its clone()");
  }
}

function headersOf({ headers }: Response): Headers {
  return [...headers].filter(([name]) => !isServersOwn(name));
}

/**
 * Reads a chunk and the end, as far as they are there in this turn of the event loop.
 * @returns the read that waits for more; undefined where the body has ended
 */
async function readAtOnce(reader: Reader): Promise<{ chunks: Uint8Array[]; pending?: Read }> {
  const chunks: Uint8Array[] = [];
  const { promise: turn, resolve } = Promise.withResolvers<undefined>();
  const timer = setImmediate(resolve, undefined);
  try {
    let read = reader.read();
    // Two reads and no more: a stream that always has a chunk would never let the turn end.
    for (let reads = 0; reads < 2; reads++) {
      const result = await Promise.race([read, turn]);
      if (!result) break;
      if (result.done) return { chunks };
      chunks.push(result.value);
      read = reader.read();
    }
    return { chunks, pending: read };
  } finally {
    clearImmediate(timer);
  }
}

/** @param pending the read of what comes after `chunks`; undefined where none of it is wanted */
function streamed(reader: Reader, chunks: Uint8Array[], pending: Read | undefined): AsyncIterable<Chunk> {
  let hasFailed = false;
  async function* iterate(): AsyncGenerator<Chunk> {
    if (!pending) return;
    yield* chunks;
    try {
      for (let read = await pending; !read.done; read = await reader.read()) yield read.value;
    } catch (error) {
      hasFailed = true; // cancel() would give the same error again
      throw error;
    }
  }
  const close = () => (hasFailed ? undefined : reader.cancel());
  return Object.assign(iterate(), { close });
}
