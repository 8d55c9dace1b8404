/** A thread that says when each request is due: it waits by the 0.1 ms, where a timer of Node's is up to a millisecond late. */
import { parentPort, workerData } from "node:worker_threads";

const nothing = new Int32Array(new SharedArrayBuffer(4));
for (const due of workerData as number[]) {
  const waitMs = due - (performance.timeOrigin + performance.now());
  if (waitMs > 0) Atomics.wait(nothing, 0, 0, waitMs);
  // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a window's has one, a thread's port has none
  parentPort!.postMessage(due);
}
