import type { Served } from "./application.ts";
import type { Protocol } from "./serve.ts";

/** What the master tells a worker, as JSON in its one argument. */
export interface WorkerOptions {
  served: Served;
  protocol: Protocol;
  /** Holds each request to the contract: see njs/wsgi/lint.ts. Default false. */
  lint?: boolean;
  /** Shows errors to clients on this machine. Default false. */
  development?: boolean;
}

/** The descriptor the master hands its bound socket down on. */
export const SOCKET_FD = 3;

/** A worker's exit code when its application does not load. */
export const NOT_LOADED = 4;
