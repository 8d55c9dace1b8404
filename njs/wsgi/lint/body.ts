import type { Body, Chunk } from "../types.ts";
import { addBytes, type Answer, checkWhole, isChunk } from "./answer.ts";
import { type Closing, hasClose, newClosing } from "./closing.ts";
import { show, violation } from "./violation.ts";

type Result = IteratorResult<Chunk, unknown>;

/** @param body what the application returned */
export function lintedBody(body: unknown, answer: Answer): Body {
  if (body instanceof Promise) {
    return body.then((settled) => lintedBody(settled, answer) as Iterable<Chunk> | AsyncIterable<Chunk>);
  }
  checkBody(body);
  if (Array.isArray(body)) return lintedList(body, answer);
  const closing = newClosing(body, answer.errors);
  const check = (result: Result) => (result.done ? checkWhole(answer) : checkChunk(result.value, answer));
  const { close } = closing;
  const linted =
    Symbol.asyncIterator in body
      ? { [Symbol.asyncIterator]: () => lintedAsyncIterator(body[Symbol.asyncIterator](), closing, check), close }
      : { [Symbol.iterator]: () => lintedIterator(body[Symbol.iterator](), closing, check), close };
  return linted;
}

function checkBody(body: unknown): asserts body is Iterable<Chunk> | AsyncIterable<Chunk> {
  //= S12a The body is not one string or `Uint8Array`, which would go out piece by piece: it is a list of one.
  if (isChunk(body)) throw violation("S12a", `the application returned ${show(body)}, want it in a list: [body]`);
  //= S12b The body is an iterable of chunks, an async iterable of chunks, or a promise of one.
  const isBody = typeof body === "object" && body !== null && (Symbol.iterator in body || Symbol.asyncIterator in body);
  if (!isBody) throw violation("S12b", `the application returned ${show(body)}, want an iterable of chunks`);
}

function checkChunk(chunk: unknown, answer: Answer): void {
  //= S11b Each chunk of the body is a string or a `Uint8Array`.
  if (!isChunk(chunk)) {
    throw violation("S11b", `the application's body has the chunk ${show(chunk)}, want a string or Uint8Array`);
  }
  //= S6b The application calls `start_response` before the first chunk of its body, also when that chunk is empty.
  if (!answer.isStarted) throw violation("S6b", "the application gave a chunk before it called start_response");
  answer.isBody = true;
  addBytes(answer, chunk);
}

/** A list stays one, so that the server still knows its length. All of it is there, and is checked, at once. */
function lintedList(list: Chunk[], answer: Answer): Chunk[] {
  const closing = newClosing(list, answer.errors);
  try {
    for (const chunk of list) checkChunk(chunk, answer);
    checkWhole(answer);
  } catch (error) {
    closing.close(); // the server never sees it
    throw error;
  }
  if (!hasClose(list)) return list;
  const copy: Chunk[] & Partial<Closing> = list.slice();
  copy.close = closing.close;
  copy[Symbol.iterator] = () => lintedIterator(list[Symbol.iterator](), closing, () => {}) as ArrayIterator<Chunk>;
  return copy;
}

/** @param check throws where a result breaks a rule */
function lintedIterator(
  iterator: Iterator<Chunk, unknown>,
  { checkOpen, end }: Closing,
  check: (result: Result) => void,
): Iterator<Chunk, unknown> {
  return {
    next() {
      checkOpen();
      let result: Result | undefined;
      try {
        result = iterator.next();
        if (result.done) end();
        check(result);
        return result;
      } catch (error) {
        end();
        // A server stops what it refuses a chunk of, and does not stop what has failed; here it sees a failure.
        if (result && !result.done) iterator.return?.();
        throw error;
      }
    },
    return() {
      end();
      return iterator.return?.() ?? { done: true, value: undefined };
    },
  };
}

/** The same, asynchronously. */
function lintedAsyncIterator(
  iterator: AsyncIterator<Chunk, unknown>,
  { checkOpen, end }: Closing,
  check: (result: Result) => void,
): AsyncIterator<Chunk, unknown> {
  return {
    async next() {
      checkOpen();
      let result: Result | undefined;
      try {
        result = await iterator.next();
        if (result.done) end();
        check(result);
        return result;
      } catch (error) {
        end();
        if (result && !result.done) await iterator.return?.();
        throw error;
      }
    },
    async return() {
      end();
      return (await iterator.return?.()) ?? { done: true, value: undefined };
    },
  };
}
