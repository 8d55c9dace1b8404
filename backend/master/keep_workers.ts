import { constants } from "node:os";
import { setTimeout as sleep } from "node:timers/promises";
import { log } from "../gateway/log.ts";
import { NOT_LOADED } from "../worker/options.ts";
import type { WorkerHandle } from "./worker_handle.ts";

/** The exit code where a worker did not boot. */
const NOT_BOOTED = 3;

/** A worker that dies sooner counts as one that did not boot: before the next one there is a wait, longer each time. */
const SHORT_LIFE_MS = 1000;
const FIRST_DELAY_MS = 500;
const LAST_DELAY_MS = 30_000;

export class BootError extends Error {
  exitCode: number;

  constructor(what: string, exitCode: number) {
    super(what);
    this.exitCode = exitCode;
  }
}

export interface KeepOptions {
  spawn(index: number): WorkerHandle;
  /** In milliseconds. */
  bootTimeout(): number;
  gracefulTimeout(): number;
}

/** `134 (SIGABRT)`, which is how V8 ends where there is no more heap: what a shell calls 128 + n, by its name. */
function named(code: number): string {
  const signal = Object.entries(constants.signals).find(([, number]) => number === code - 128)?.[0];
  return signal ? `${code} (${signal})` : String(code);
}

/** The workers as a set that keeps its number, whatever ends one of them. */
export interface Workers {
  /** Those in their places, in order; not those that are on their way out. */
  list(): WorkerHandle[];
  /** All of them, those that boot and those on their way out too. */
  everyone(): WorkerHandle[];
  /** How many there are to be. */
  size(): number;
  /** How many died and were replaced, by index. */
  respawns(index: number): number;
  /**
   * Boots or retires workers until there are so many.
   * @throws BootError where one does not boot; there are as many as before then
   */
  resize(count: number): Promise<void>;
  /**
   * Another worker in its place: once that accepts, this one accepts no more and ends its requests.
   * @throws BootError where the new one does not boot; the old one goes on then
   */
  replace(index: number): Promise<void>;
  /** Ends all, by this signal and after the graceful timeout by SIGKILL. */
  stop(signal: NodeJS.Signals): Promise<void>;
}

export function keepWorkers({ spawn, bootTimeout, gracefulTimeout }: KeepOptions): Workers {
  const current = new Map<number, WorkerHandle>();
  const alive = new Set<WorkerHandle>();
  const respawned = new Map<number, number>();
  let size = 0;
  let failures = 0;
  let isStopping = false;

  /** @throws BootError */
  async function boot(index: number): Promise<WorkerHandle> {
    if (isStopping) throw new BootError("the pool is stopping", NOT_BOOTED);
    const handle = spawn(index);
    alive.add(handle);
    void handle.exited.then(() => alive.delete(handle));
    const timeout = new AbortController();
    const tooLong = sleep(bootTimeout(), "late" as const, { signal: timeout.signal, ref: false }).catch(
      () => "late" as const,
    );
    const first = await Promise.race([handle.ready, handle.exited, tooLong]);
    timeout.abort();
    if (first === undefined) return handle;
    handle.kill("SIGKILL");
    if (first === "late")
      throw new BootError(`worker ${handle.pid} did not boot in ${bootTimeout() / 1000} s`, NOT_BOOTED);
    if (first === NOT_LOADED) {
      const why = handle.failure === undefined ? "" : `: ${handle.failure}`;
      throw new BootError(`worker ${handle.pid} ended with 4: the application did not load${why}`, NOT_LOADED);
    }
    throw new BootError(`worker ${handle.pid} ended with ${named(first)} at boot`, NOT_BOOTED);
  }

  /** Gives a booted worker its place, where it is kept alive. */
  function install(handle: WorkerHandle): void {
    const old = current.get(handle.index);
    current.set(handle.index, handle);
    if (old) void retire(old);
    void handle.exited.then((code) => {
      if (isStopping || current.get(handle.index) !== handle) return;
      current.delete(handle.index);
      failures = performance.now() - handle.bornAt < SHORT_LIFE_MS ? failures + 1 : 0;
      log(`worker ${handle.pid} ended with ${named(code)}, another one takes its place`);
      void respawn(handle.index);
    });
    if (isStopping) void retire(handle);
  }

  async function respawn(index: number): Promise<void> {
    respawned.set(index, (respawned.get(index) ?? 0) + 1);
    const isMissing = () => !isStopping && index <= size && !current.has(index);
    while (isMissing()) {
      if (failures > 0) await sleep(Math.min(LAST_DELAY_MS, FIRST_DELAY_MS * 2 ** (failures - 1)));
      if (!isMissing()) return;
      try {
        const handle = await boot(index);
        // A reload may have filled its place meanwhile, with a worker of newer code.
        if (isMissing()) install(handle);
        else void retire(handle);
        return;
      } catch (error) {
        failures++;
        log((error as Error).message);
      }
    }
  }

  async function retire(handle: WorkerHandle): Promise<void> {
    if (handle.state === "gone") return;
    handle.state = "retiring";
    handle.kill("SIGTERM");
    const seconds = gracefulTimeout() / 1000;
    const timer = setTimeout(() => {
      log(`worker ${handle.pid} has not ended after ${seconds} s, and is killed`);
      handle.kill("SIGKILL");
    }, seconds * 1000);
    await handle.exited;
    clearTimeout(timer);
  }

  const list = () => [...current.values()].sort((a, b) => a.index - b.index);

  return {
    list,
    everyone: () => [...alive],
    size: () => size,
    respawns: (index) => respawned.get(index) ?? 0,
    async resize(count) {
      const before = size;
      size = count;
      for (const handle of list()) {
        if (handle.index <= count) continue;
        current.delete(handle.index);
        void retire(handle);
      }
      const missing = Array.from({ length: Math.max(0, count - before) }, (_, at) => before + at + 1);
      const booted = await Promise.allSettled(missing.map(boot));
      const failed = booted.find((one) => one.status === "rejected");
      for (const one of booted) {
        if (one.status === "rejected") continue;
        if (failed) one.value.kill("SIGKILL");
        else install(one.value);
      }
      if (!failed) return;
      size = before;
      throw failed.reason;
    },
    async replace(index) {
      install(await boot(index));
    },
    async stop(signal) {
      isStopping = true;
      const timer = setTimeout(() => alive.forEach((handle) => handle.kill("SIGKILL")), gracefulTimeout());
      for (const handle of alive) {
        // A retiring one was told: again, it would cut short what a program does to end.
        if (signal !== "SIGTERM" || handle.state !== "retiring") handle.kill(signal);
      }
      await Promise.all([...alive].map((handle) => handle.exited));
      clearTimeout(timer);
    },
  };
}
