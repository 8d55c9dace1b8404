import type { Socket } from "node:net";
import type { Pull } from "../../njs/wsgi/input.ts";

/** Bytes that wait for the application before the connection is no longer read. */
const HIGH_WATER_BYTES = 64 * 1024;

/** How long a body nobody reads is taken in: nginx's lingering_time. */
const DRAIN_TIMEOUT_MS = 30_000;

/** A request body, between the connection it comes by and the application that reads it. */
export interface RequestBody {
  /** Bytes, by CONTENT_LENGTH; Infinity where its end alone tells. */
  readonly length: number;
  /** Takes what the connection brings; what is beyond CONTENT_LENGTH is ignored. */
  push(chunk: Buffer): void;
  /** That was all of it. */
  end(): void;
  /** The connection brings no more. */
  cut(): void;
  /** For `createInput`. */
  pull: Pull;
  /** False while the connection has more of it to give. */
  isTaken(): boolean;
  /** Takes in and forgets what is left of it, then calls `done`. */
  drain(done: () => void): void;
}

const NO_BODY: RequestBody = {
  length: 0,
  push() {},
  end() {},
  cut() {},
  pull: () => Promise.resolve(null),
  isTaken: () => true,
  drain: (done) => done(),
};

/**
 * @param length see RequestBody
 * @param socket no longer read while the application is behind
 */
export function requestBody(length: number, socket: Socket): RequestBody {
  if (length === 0) return NO_BODY;
  const chunks: Buffer[] = [];
  let buffered = 0;
  let missing = length;
  let ended = false;
  let isCut = false;
  let wanted: ((chunk: Buffer | Promise<null>) => void) | undefined;
  let drained: (() => void) | undefined;

  function give(chunk: Buffer | Promise<null>): void {
    const resolve = wanted;
    wanted = undefined;
    resolve?.(chunk);
  }

  /** The whole body is here, or the client is gone. */
  function end(): void {
    if (ended) return;
    ended = true;
    socket.resume();
    if (wanted) give(last());
    drained?.();
  }

  /** Of one whose length was said, who reads it knows what it is short of. */
  function last(): Promise<null> {
    const isShort = isCut && length === Infinity;
    return isShort ? Promise.reject(new Error("the request body was cut off before its end")) : Promise.resolve(null);
  }

  return {
    length,
    push(chunk) {
      if (ended) return;
      const part = chunk.length > missing ? chunk.subarray(0, missing) : chunk;
      missing -= part.length;
      if (wanted) {
        give(part);
      } else if (!drained) {
        chunks.push(part);
        buffered += part.length;
        if (buffered >= HIGH_WATER_BYTES) socket.pause();
      }
      if (missing === 0) end();
    },
    end,
    cut() {
      isCut ||= !ended;
      end();
    },
    pull() {
      const chunk = chunks.shift();
      if (chunk) {
        buffered -= chunk.length;
        return Promise.resolve(chunk);
      }
      if (ended) return last();
      return new Promise((resolve) => {
        wanted = resolve;
        socket.resume();
      });
    },
    isTaken: () => ended,
    drain(done) {
      if (ended) return done();
      const timer = setTimeout(end, DRAIN_TIMEOUT_MS);
      drained = () => {
        clearTimeout(timer);
        done();
      };
      chunks.length = 0;
      socket.resume();
    },
  };
}
