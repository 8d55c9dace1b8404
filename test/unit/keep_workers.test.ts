import { beforeEach, describe, expect, it, vi } from "vitest";

/** Each wait, in milliseconds; the test ends it. */
const waits = vi.hoisted(() => [] as number[]);
vi.mock("node:timers/promises", () => ({
  setTimeout: (ms: number, _value: unknown, options?: { signal: AbortSignal }) => {
    if (options) return new Promise(() => {}); // the boot timeout, which is not the subject
    waits.push(ms);
    return new Promise(setImmediate);
  },
}));

const { keepWorkers } = await import("../../backend/master/keep_workers.ts");
type WorkerHandle = import("../../backend/master/worker_handle.ts").WorkerHandle;

beforeEach(() => void (waits.length = 0));

/** A worker that boots or ends with 1. */
function worker(index: number, boots: boolean, bornAt = performance.now()) {
  const { promise: exited, resolve: end } = Promise.withResolvers<number>();
  const handle = { index, pid: 1, state: "ready", bornAt, exited, kill: () => end(1) } as Partial<WorkerHandle>;
  handle.ready = boots ? Promise.resolve() : new Promise(() => {});
  if (!boots) end(1);
  return { handle: handle as WorkerHandle, end };
}

function keep(spawn: () => ReturnType<typeof worker>["handle"]) {
  return keepWorkers({ spawn, bootTimeout: () => 1000, gracefulTimeout: () => 1000 });
}

describe("a worker that ends", () => {
  it("at each boot is tried again after twice the wait, half a minute at most", async () => {
    const first = worker(1, true);
    let spawned = 0;
    const workers = keep(() => (spawned++ === 0 ? first.handle : worker(1, spawned === 11).handle));
    await workers.resize(1);
    first.end(1);
    await vi.waitUntil(() => spawned === 11);
    expect(waits).toEqual([500, 1000, 2000, 4000, 8000, 16_000, 30_000, 30_000, 30_000, 30_000]);
  });

  it("after a long life is replaced at once", async () => {
    const first = worker(1, true, performance.now() - 60_000);
    let spawned = 0;
    const workers = keep(() => (spawned++ === 0 ? first : worker(1, true)).handle);
    await workers.resize(1);
    first.end(1);
    await vi.waitUntil(() => spawned === 2);
    expect(waits).toEqual([]);
    expect(workers.respawns(1)).toBe(1);
  });
});
