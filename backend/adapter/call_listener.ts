import type { IncomingMessage, RequestListener, ServerResponse } from "node:http";

/** @param failed is given what a listener throws, or its promise rejects with, while it owes an answer */
export function callListener(
  listener: RequestListener,
  request: IncomingMessage,
  response: ServerResponse,
  failed: (error: unknown) => void,
): void {
  async function call(): Promise<void> {
    try {
      await listener(request, response);
    } catch (error) {
      if (response.writableFinished) throw error; // after its answer nobody waits for it: an unhandled rejection
      failed(error);
    }
  }
  void call();
}
