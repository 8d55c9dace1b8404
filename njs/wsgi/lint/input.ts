import type { ErrorStream, Input } from "../types.ts";
import { show, violation } from "./violation.ts";

/** @param contentLength CONTENT_LENGTH, empty where only the source knows the body's end */
export function lintedInput(input: Input, contentLength: string): Input {
  const length = contentLength === "" ? undefined : +contentLength;
  let received = 0;

  /** @param limit the most bytes that were asked for */
  function take(method: string, bytes: unknown, limit: number): Uint8Array {
    //= E7d What the promises of `wsgi.input` resolve to is bytes: a `Uint8Array`, or from `readlines()` a list of them.
    if (!(bytes instanceof Uint8Array)) {
      throw violation("E7d", `the server's wsgi.input.${method}() gave ${show(bytes)}, want bytes as a Uint8Array`);
    }
    //= E7e `read(size)` and `readline(size)` give no more than `size` bytes.
    if (bytes.length > limit) {
      throw violation("E7e", `the server's wsgi.input.${method}(${limit}) gave ${bytes.length} bytes`);
    }
    received += bytes.length;
    return bytes;
  }

  /** @param isEnd the server has said that no more bytes will come */
  function checkLength(isEnd: boolean): void {
    //= E7f The input ends after `CONTENT_LENGTH` bytes. A body that was cut short is an error, it never looks whole.
    if (length !== undefined && (received > length || (isEnd && received < length))) {
      const gave = isEnd ? `ended after ${received}` : `gave ${received}`;
      throw violation("E7f", `the server's wsgi.input ${gave} bytes, while CONTENT_LENGTH is ${length}`);
    }
  }

  /** @param isLeft whether an end is the application's own doing */
  function next(
    method: string,
    iterator: AsyncIterator<Uint8Array>,
    isLeft: () => boolean,
  ): Promise<IteratorResult<Uint8Array>> {
    return promised(method, iterator.next()).then((result) => {
      if (!result.done) take(method, result.value, Infinity);
      checkLength(result.done === true && !isLeft());
      return result;
    });
  }

  return {
    read(...sizes) {
      const limit = checkSize("read", sizes);
      return promised("read", input.read(...sizes)).then((given) => {
        const bytes = take("read", given, limit);
        checkLength(bytes.length < limit);
        return bytes;
      });
    },
    readline(...sizes) {
      const limit = checkSize("readline", sizes);
      return promised("readline", input.readline(...sizes)).then((given) => {
        const line = take("readline", given, limit);
        checkLength(line.length === 0 && limit > 0);
        return line;
      });
    },
    readlines(...hints) {
      // as Python's, a hint of 0 is none
      const isAll = checkSize("readlines", hints) === Infinity || hints[0] === 0;
      return promised("readlines", input.readlines(...hints)).then((given) => {
        const lines = Array.isArray(given) ? given : [given];
        for (const line of lines) take("readlines", line, Infinity);
        checkLength(isAll);
        return lines;
      });
    },
    chunks() {
      const iterator = input.chunks();
      let isLeft = false;
      return {
        next: () => next("chunks().next", iterator, () => isLeft),
        return() {
          isLeft = true;
          return iterator.return ? iterator.return() : Promise.resolve({ done: true, value: undefined });
        },
        [Symbol.asyncIterator]() {
          return this;
        },
      };
    },
    [Symbol.asyncIterator]() {
      const iterator = input[Symbol.asyncIterator]();
      return { next: () => next("next", iterator, () => false) };
    },
  };
}

/** @returns the most bytes an application asks for, Infinity where it names none */
function checkSize(method: string, sizes: unknown[]): number {
  //= E7c The application gives `read`, `readline` and `readlines` a whole number of bytes, or no argument.
  const size = sizes[0];
  if (sizes.length > 1 || !(size === undefined || Number.isInteger(size))) {
    const given = sizes.map(show).join(", ");
    throw violation(
      "E7c",
      `the application called wsgi.input.${method}(${given}), want a whole number of bytes or nothing`,
    );
  }
  return typeof size === "number" && size >= 0 ? size : Infinity;
}

function promised<T>(method: string, promise: Promise<T>): Promise<T> {
  //= E7g The methods of `wsgi.input` return promises.
  if (promise instanceof Promise) return promise;
  throw violation("E7g", `the server's wsgi.input.${method}() returned ${show(promise)}, want a promise`);
}

export function lintedErrors(errors: ErrorStream): ErrorStream {
  function checkText(text: unknown): void {
    //= E8b The application writes strings to `wsgi.errors`.
    if (typeof text !== "string") {
      throw violation("E8b", `the application wrote ${show(text)} to wsgi.errors, want a string`);
    }
  }
  return {
    write(text) {
      checkText(text);
      errors.write(text);
    },
    writelines(lines) {
      const list = [...lines];
      list.forEach(checkText);
      errors.writelines(list);
    },
    flush() {
      errors.flush();
    },
  };
}
