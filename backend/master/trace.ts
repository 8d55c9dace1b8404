import type { Duplex } from "node:stream";
import type { WorkerHandle } from "./worker_handle.ts";

const TRACE_TIMEOUT_MS = 2000;

/**
 * Where a worker is right now, from the thread in it that can tell while its event loop stands still.
 * @returns its requests and its JavaScript stack, a line each
 * @throws Error where it has no such thread, or that does not answer
 */
export function traceWorker({ pid, tracePipe }: WorkerHandle): Promise<string> {
  const pipe = tracePipe as Duplex | null;
  if (!pipe) return Promise.reject(new Error(`worker ${pid} runs without --trace, which would say where`));
  return new Promise((resolve, reject) => {
    let text = "";
    const timer = setTimeout(() => settle(new Error(`worker ${pid} does not say where it is`)), TRACE_TIMEOUT_MS);
    function read(chunk: Buffer): void {
      text += String(chunk);
      if (text.endsWith("\0")) settle();
    }
    function settle(error?: Error): void {
      clearTimeout(timer);
      pipe!.off("data", read);
      if (error) reject(error);
      else resolve(text.slice(0, -1));
    }
    pipe.on("data", read).write("\n");
  });
}
