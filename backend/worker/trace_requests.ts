import { Worker } from "node:worker_threads";
import { requestLine } from "../gateway/failure.ts";
import type { Exchange } from "../gateway/gateway.ts";
import { OPEN_REQUESTS } from "./options.ts";

/** Starts the thread that says where this process is, with the requests it is at: see trace_thread.ts. */
export function startTraceThread(open: Iterable<Exchange>): void {
  const lines = () =>
    [...open].map(({ asked, startedAt }) => {
      const seconds = ((performance.now() - startedAt) / 1000).toFixed(1);
      return `  ${asked.REQUEST_ID} "${requestLine(asked)}" for ${seconds} s\n`;
    });
  Object.assign(globalThis, { [Symbol.for(OPEN_REQUESTS)]: () => lines().join("") });
  new Worker(new URL("./trace_thread.ts", import.meta.url)).unref();
}
