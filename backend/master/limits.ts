import type { Settings } from "../settings/table.ts";
import type { WorkerHandle } from "./worker_handle.ts";

export type Limits = Pick<Settings, "maxRequests" | "maxRequestsJitter" | "maxMemory" | "maxLifetime">;

/**
 * Why a worker is to be replaced.
 * @param chance 0 to 1, the worker's own: how much of the jitter is added to its requests
 * @param nowMs of `performance.now()`
 * @returns undefined while it is within its limits
 */
export function limitReached(
  { beat, bornAt }: Pick<WorkerHandle, "beat" | "bornAt">,
  { maxRequests, maxRequestsJitter, maxMemory, maxLifetime }: Limits,
  chance: number,
  nowMs: number,
): string | undefined {
  const { requests = 0, rssBytes = 0 } = beat ?? {};
  const age = (nowMs - bornAt) / 1000;
  if (maxRequests > 0 && requests >= maxRequests + Math.floor(chance * (maxRequestsJitter + 1))) {
    return `has answered ${requests} requests`;
  }
  if (maxMemory > 0 && rssBytes > maxMemory) return `has ${rssBytes} bytes of memory, --max-memory is ${maxMemory}`;
  if (maxLifetime > 0 && age >= maxLifetime) return `is ${Math.floor(age)} s old`;
  return undefined;
}
