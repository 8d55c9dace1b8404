import type { Application } from "../../njs/wsgi/types.ts";
import type { Asked } from "./failure.ts";

/** What all requests of a process share. */
export interface Gateway {
  application: Application;
  /** Whether a client on this machine is shown the error of a 500. */
  development: boolean;
  /** The largest request body in bytes; a larger one is a 413. 0 for any. */
  maxBody: number;
  /** The largest request head in bytes. */
  maxHeader: number;
  /** Requests answered at once, the others wait; 0 for any number. */
  concurrency: number;
  /** The requests that are being answered, the oldest first. */
  open: Set<Exchange>;
  /** Those that wait for one of these to end. */
  waiting: (() => void)[];
  observer?: Observer;
}

/** A request that is being answered. */
export interface Exchange {
  asked: Asked;
  /** In milliseconds of `performance.now()`. */
  startedAt: number;
  /** Answers 504 for the application, and fires its signal. Does nothing once the head has left. */
  timeOut(): void;
}

/** Is told what becomes of each request. */
export interface Observer {
  /** @param status 499, as nginx has it, where the client went first */
  answered(exchange: Exchange, status: number, bodyBytes: number): void;
  /** An application broke off. */
  failed(): void;
}

export type GatewayOptions = Pick<Gateway, "application"> & Partial<Gateway>;

/** The application for a request whose body is too large. */
const contentTooLarge: Application = (environ, start_response) => {
  environ["wsgi.errors"].write(`a request body of ${environ.CONTENT_LENGTH} bytes is more than --max-body`);
  start_response("413 Content Too Large", [["Content-Type", "text/plain"]]);
  return ["413 Content Too Large\n"];
};

/** @param options what is not given has no limit */
export function newGateway(options: GatewayOptions): Gateway {
  return { development: false, maxBody: 0, maxHeader: 65535, concurrency: 0, open: new Set(), waiting: [], ...options };
}

/** What answers a request with a body of so many bytes. */
export function applicationFor({ application, maxBody }: Gateway, bytes: number): Application {
  return maxBody > 0 && bytes > maxBody ? contentTooLarge : application;
}

/** Runs a request now, or where there are too many, when others have ended. */
export function admit({ concurrency, open, waiting }: Gateway, run: () => void): void {
  if (concurrency > 0 && open.size >= concurrency) waiting.push(run);
  else run();
}
