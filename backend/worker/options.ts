import type { Settings } from "../settings/table.ts";
import type { Served } from "./application.ts";
import type { Protocol } from "./bind.ts";

/** What the master tells a worker, as JSON in its one argument. */
export interface WorkerOptions {
  /** Its place among the workers, from 1 on. */
  index: number;
  settings: Settings;
  served: Served;
  /** By descriptor. */
  sockets: WorkerSocket[];
}

/** A bound socket it is handed. */
export interface WorkerSocket {
  /** `unix:/path` or `host:port`. */
  address: string;
  protocol: Protocol;
}

/** The descriptors of a worker, after those of standard input and output: the channel to the master, */
export const IPC_FD = 3;
/** the thread's that says where the worker is, see trace_thread.ts, */
export const TRACE_FD = 4;
/** and the first of the bound sockets. */
export const FIRST_SOCKET_FD = 5;

/** The symbol of a global function that trace_thread.ts has the main thread evaluate: it returns a line a request. */
export const OPEN_REQUESTS = "njsgi.open_requests";

/** A worker's exit code when its application does not load. */
export const NOT_LOADED = 4;
