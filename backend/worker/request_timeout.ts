import type { Exchange } from "../gateway/gateway.ts";

/**
 * Answers for applications that take too long. By a look at all open requests now and then: a timer a request would cost
 * each of them.
 * @param open the oldest first
 * @param timeout seconds; 0 for never
 */
export function timeOutRequests(open: Iterable<Exchange>, timeout: number): void {
  if (timeout === 0) return;
  const limit = performance.now() - timeout * 1000;
  for (const exchange of open) {
    if (exchange.startedAt > limit) return;
    exchange.timeOut();
  }
}
