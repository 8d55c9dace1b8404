import { once } from "node:events";
import { ReadStream } from "node:fs";
import type { FileHandle } from "node:fs/promises";
import type { Readable } from "node:stream";
import { fileWrapper as blocks } from "../../njs/wsgi/file_wrapper.ts";
import type { Environ, FileLike } from "../../njs/wsgi/types.ts";

/** What one read of a FileHandle asks for, as fs.ReadStream does. */
const BLOCK_BYTES = 64 * 1024;

/**
 * What the pool's `wsgi.file_wrapper` makes of a file. A class, so that the server knows it again when it is the body
 * (PEP 3333 "Optional Platform-Specific File Handling").
 */
export class FileBody implements AsyncIterable<Uint8Array> {
  /** The folder nginx serves, and where: `/folder/=/location/`. Empty where nginx serves none. */
  readonly mapping: string;
  #file: Readable | FileHandle | FileLike;
  #blockSize: number | undefined;
  #isClosed = false;

  constructor(file: FileLike, blockSize: number | undefined, mapping: string) {
    this.#file = file;
    this.#blockSize = blockSize;
    this.mapping = mapping;
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<Uint8Array> {
    const file = this.#file;
    try {
      if (isReadable(file)) yield* file;
      else yield* blocks(isHandle(file) ? inBlocks(file) : file, this.#blockSize ?? BLOCK_BYTES);
    } catch (error) {
      if (!this.#isClosed) throw error; // else that is why: the client went amid a read
    }
  }

  /**
   * The descriptor of a file none of which is read, in whatever encoding; undefined where that is not known.
   * @throws Error where it can't be opened
   */
  async descriptor(): Promise<number | undefined> {
    const file = this.#file;
    if (isHandle(file)) return file.fd;
    if (!(file instanceof ReadStream)) return undefined;
    const { start, end } = file as { start?: number; end?: number };
    if (start || end !== Infinity || file.readableDidRead || file.readableEncoding) return undefined;
    if (file.pending) await once(file, "open");
    return (file as unknown as { fd: number }).fd;
  }

  close(): unknown {
    this.#isClosed = true;
    return isReadable(this.#file) ? void this.#file.destroy() : this.#file.close?.();
  }
}

/** @param mapping see FileBody */
export function fileWrapper(mapping: string): Environ["wsgi.file_wrapper"] {
  return (file, blockSize) => new FileBody(file, blockSize, mapping);
}

function isReadable(file: object): file is Readable {
  return "pipe" in file && Symbol.asyncIterator in file;
}

function isHandle(file: object): file is FileHandle {
  return "fd" in file && "createReadStream" in file;
}

function inBlocks(handle: FileHandle): FileLike {
  return {
    async read(size: number) {
      const { buffer, bytesRead } = await handle.read(Buffer.allocUnsafe(size), 0, size);
      return buffer.subarray(0, bytesRead);
    },
  };
}
