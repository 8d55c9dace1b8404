import { log } from "../gateway/log.ts";
import { traceWorker } from "./trace.ts";
import type { WorkerHandle } from "./worker_handle.ts";

/**
 * Kills the workers whose event loop has stood still for too long, and says where: uWSGI's harakiri.
 * @param timeout seconds; 0 for never
 * @returns those it kills now
 */
export function killStuck(workers: WorkerHandle[], timeout: number): WorkerHandle[] {
  const now = performance.now();
  const stuck = workers.filter(({ state, beatAt }) => {
    const serves = state === "ready" || state === "due";
    return timeout > 0 && serves && now - beatAt > timeout * 1000;
  });
  for (const handle of stuck) void kill(handle, (now - handle.beatAt) / 1000);
  return stuck;
}

async function kill(handle: WorkerHandle, silent: number): Promise<void> {
  handle.state = "stuck";
  const where = await traceWorker(handle).catch((error: Error) => error.message);
  log(`worker ${handle.pid} is stuck for ${silent.toFixed(1)} s and killed\n${where}`);
  handle.kill("SIGKILL");
}
