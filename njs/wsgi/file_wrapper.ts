import type { BlockReader, FileLike } from "./types.ts";

/**
 * PEP 3333's `wsgi.file_wrapper`: a file as a response body, closed with it.
 * @param blockSize bytes a read, 8192 when not given
 */
export function fileWrapper(
  file: FileLike,
  blockSize = 8192,
): AsyncIterableIterator<Uint8Array> & { close(): unknown } {
  const reader = file as BlockReader; // the other kind is Node's, see the pool's file_body.ts
  return {
    [Symbol.asyncIterator]() {
      return this;
    },
    next() {
      return Promise.resolve(reader.read(blockSize)).then((block) =>
        block.length === 0 ? { done: true, value: undefined } : { done: false, value: block },
      );
    },
    close() {
      return reader.close?.();
    },
  };
}
