import { log } from "../gateway/log.ts";
import { traceWorker } from "./trace.ts";
import type { WorkerHandle } from "./worker_handle.ts";

/**
 * Kills the workers whose event loop has stood still for too long, and says where: uWSGI's harakiri.
 * @param timeout seconds; 0 for never
 */
export function killStuck(workers: WorkerHandle[], timeout: number): void {
  for (const handle of workers) {
    const silent = performance.now() - handle.beatAt;
    const serves = handle.state === "ready" || handle.state === "due";
    if (timeout > 0 && serves && silent > timeout * 1000) void kill(handle, silent / 1000);
  }
}

async function kill(handle: WorkerHandle, silent: number): Promise<void> {
  handle.state = "stuck";
  const where = await traceWorker(handle).catch((error: Error) => error.message);
  log(`worker ${handle.pid} is stuck for ${silent.toFixed(1)} s and killed\n${where}`);
  handle.kill("SIGKILL");
}
