import type { Input } from "./types.ts";

/** Gives the next bytes of a body as they come, and null once the client has no more to send. */
export type Pull = () => Promise<Uint8Array | null>;

const NEWLINE = 10;

/**
 * `wsgi.input` over a source of bytes: PEP 3333 "Input and Error Streams", asynchronous.
 * @param length the body's bytes by CONTENT_LENGTH, and the source is never asked for more; Infinity where the source alone
 *   knows its end
 */
export function createInput(length: number, pull: Pull): Input {
  let buffered: Uint8Array[] = [];
  let bufferedBytes = 0;
  let received = 0;
  let last: Promise<unknown> = Promise.resolve();

  /** One after the other: two reads at once each get bytes of their own. */
  function inTurn<T>(operation: () => Promise<T>): Promise<T> {
    const result = last.then(operation, operation);
    last = result;
    return result;
  }

  /** Buffers the source's next bytes; false at the body's end. */
  async function fill(): Promise<boolean> {
    if (received >= length) return false;
    const chunk = await pull();
    if (chunk === null) {
      if (length === Infinity) {
        length = received;
        return false;
      }
      throw new Error(`the request body ended after ${received} bytes, CONTENT_LENGTH says ${length}`);
    }
    buffered.push(chunk);
    bufferedBytes += chunk.length;
    received += chunk.length;
    return true;
  }

  /** The first `count` buffered bytes, or all where there are fewer. */
  function take(count: number): Uint8Array {
    const all = buffered.length === 1 ? buffered[0]! : concat(buffered, bufferedBytes);
    const taken = all.subarray(0, count);
    const rest = all.subarray(taken.length);
    buffered = rest.length === 0 ? [] : [rest];
    bufferedBytes = rest.length;
    return taken;
  }

  async function read(size?: number): Promise<Uint8Array> {
    const wanted = limit(size);
    while (bufferedBytes < wanted && (await fill()));
    return take(wanted);
  }

  async function readline(size?: number): Promise<Uint8Array> {
    const wanted = limit(size);
    let searched = 0;
    for (;;) {
      const end = endOfLine(buffered, searched);
      if (end > 0 || bufferedBytes >= wanted) return take(end > 0 && end < wanted ? end : wanted);
      searched = buffered.length;
      if (!(await fill())) return take(wanted);
    }
  }

  async function readlines(hint?: number): Promise<Uint8Array[]> {
    const lines: Uint8Array[] = [];
    const wanted = limit(hint || undefined);
    let bytes = 0;
    while (bytes < wanted) {
      const line = await readline();
      if (line.length === 0) break;
      lines.push(line);
      bytes += line.length;
    }
    return lines;
  }

  async function next(): Promise<IteratorResult<Uint8Array>> {
    const line = await readline();
    return line.length === 0 ? { done: true, value: undefined } : { done: false, value: line };
  }

  async function nextChunk(): Promise<IteratorResult<Uint8Array>> {
    while (bufferedBytes === 0) if (!(await fill())) return { done: true, value: undefined };
    return { done: false, value: take(bufferedBytes) };
  }

  function chunks(): AsyncIterableIterator<Uint8Array> {
    let isLeft = false;
    return {
      next: () => (isLeft ? endOfChunks() : inTurn(nextChunk)),
      // Not in turn: who leaves a stream waits for no further byte. The rest is the other readers', or drained.
      return() {
        isLeft = true;
        return endOfChunks();
      },
      [Symbol.asyncIterator]() {
        return this;
      },
    };
  }

  return {
    read: (size) => inTurn(() => read(size)),
    readline: (size) => inTurn(() => readline(size)),
    readlines: (hint) => inTurn(() => readlines(hint)),
    chunks,
    [Symbol.asyncIterator]: () => ({ next: () => inTurn(next) }),
  };
}

/** The input of a request without a body, which most are: it costs less than one that might have some. */
export function emptyInput(): Input {
  return { read: noBytes, readline: noBytes, readlines: noLines, chunks: noChunks, [Symbol.asyncIterator]: noChunks };
}

function noBytes(): Promise<Uint8Array> {
  return Promise.resolve(new Uint8Array(0));
}

function noLines(): Promise<Uint8Array[]> {
  return Promise.resolve([]);
}

function noChunks(): AsyncIterableIterator<Uint8Array> {
  return {
    next: endOfChunks,
    [Symbol.asyncIterator]() {
      return this;
    },
  };
}

function endOfChunks(): Promise<IteratorResult<Uint8Array>> {
  return Promise.resolve({ done: true, value: undefined });
}

/** As Python's: absent or negative is no limit. */
function limit(size: number | undefined): number {
  return size === undefined || size < 0 ? Infinity : size;
}

/** Bytes up to and with the first newline, looking from chunk number `from` on; 0 where there is none. */
function endOfLine(chunks: Uint8Array[], from: number): number {
  let before = 0;
  for (let i = 0; i < chunks.length; i++) {
    const at = i < from ? -1 : chunks[i]!.indexOf(NEWLINE);
    if (at >= 0) return before + at + 1;
    before += chunks[i]!.length;
  }
  return 0;
}

function concat(chunks: Uint8Array[], bytes: number): Uint8Array {
  const all = new Uint8Array(bytes);
  let offset = 0;
  for (let i = 0; i < chunks.length; i++) {
    all.set(chunks[i]!, offset);
    offset += chunks[i]!.length;
  }
  return all;
}
