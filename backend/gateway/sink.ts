import type { Socket } from "node:net";
import type { Writable } from "node:stream";
import type { Chunk, Headers } from "../../njs/wsgi/types.ts";

/** Where a response goes: a connection, as the protocol has it. */
export interface Sink {
  /** Sends the head, with what is written next where that makes one write of it. */
  head(status: string, headers: Headers): void;
  /** @returns false where the client is behind: wait for `drained` */
  write(chunk: Chunk): boolean;
  /** Resolves when the client has taken what was written. Rejects when it is gone. */
  drained(): Promise<void>;
  /** The response is whole. */
  end(): void;
  /** The response is broken off, so that it does not look whole where the protocol allows. */
  cut(): void;
}

export class ClientGone extends Error {}

/** Resolves when `stream`, which was written to and is behind, has caught up. @throws ClientGone when it was closed */
export function drained(stream: Writable): Promise<void> {
  return new Promise((resolve, reject) => {
    if (stream.destroyed) return reject(new ClientGone());
    stream.once("drain", settle).once("close", settle);
    function settle(): void {
      stream.off("drain", settle).off("close", settle);
      if (stream.destroyed) reject(new ClientGone());
      else resolve();
    }
  });
}

/** Ends a connection so that it shows: by a reset, which TCP has and a unix socket has not. */
export function cut(socket: Socket): void {
  try {
    socket.resetAndDestroy();
  } catch {
    socket.destroy();
  }
}
