import type { ErrorStream } from "../types.ts";
import { violation } from "./violation.ts";

/** The end of one body, as the server has it. */
export interface Closing {
  /** For the server: closes the application's body, where that has a `close()`. */
  close(): unknown;
  /** The server asks for a chunk. */
  checkOpen(): void;
  /** No further chunk will come: a close() is due. */
  end(): void;
}

export function newClosing(body: unknown, errors: ErrorStream): Closing {
  let isClosed = false;
  let timer: ReturnType<typeof setTimeout> | undefined;

  return {
    close() {
      //= S16a The server calls `close()` on a body once.
      if (isClosed) throw violation("S16a", "the server called close() again on a body that is closed");
      isClosed = true;
      if (timer !== undefined) clearTimeout(timer);
      return hasClose(body) ? body.close() : undefined;
    },
    checkOpen() {
      //= S16b The server asks for no chunk after `close()`.
      if (isClosed) throw violation("S16b", "the server asked for a chunk of the body after close()");
    },
    end() {
      if (isClosed || timer !== undefined) return;
      //= S16c The server calls `close()` when the body has ended, has failed, or is wanted no further.
      const closeWithinMs = 1000;
      timer = setTimeout(() => {
        errors.write(violation("S16c", "the server did not call close() on the body").message);
      }, closeWithinMs);
    },
  };
}

export function hasClose(body: unknown): body is { close(): unknown } {
  return typeof (body as { close?: unknown }).close === "function";
}
