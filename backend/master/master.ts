import { log } from "../gateway/log.ts";
import type { Settings } from "../settings/table.ts";
import { BEAT_MS } from "../worker/messages.ts";
import type { Served } from "../worker/application.ts";
import { busyness } from "./busyness.ts";
import { keepWorkers } from "./keep_workers.ts";
import { limitReached } from "./limits.ts";
import { queuedConnections } from "./listen_queue.ts";
import type { ListeningSocket } from "./listening_socket.ts";
import { watchSocketFiles } from "./socket_files.ts";
import { killStuck } from "./stuck.ts";
import { addBeat, newTotals, type Totals } from "./totals.ts";
import { type Rights, spawnWorker, type WorkerHandle } from "./worker_handle.ts";
import { workerSockets } from "./worker_sockets.ts";

/** What a reload may change. */
export interface MasterOptions {
  settings: Settings;
  served: Served;
  rights: Rights;
}

export interface Master {
  /** Where it listens: `unix:/path` or `host:port`. */
  addresses: string[];
  /** Those in their places, in order. */
  workers(): WorkerHandle[];
  /** How many died and were replaced, by index. */
  respawns(index: number): number;
  /** What has been done, by index, those the workers were scaled down by included. */
  totals(): ReadonlyMap<number, Totals>;
  /** Connections nobody has accepted yet, of each address. */
  queued(): Promise<number[]>;
  /**
   * Replaces the workers one at a time, each when its successor accepts.
   * @param options those from now on; as they were, when not given
   * @throws BootError where one does not boot: it and those after it go on as they are
   */
  reload(options?: MasterOptions): Promise<void>;
  /** @param count from 1 on */
  scale(count: number): Promise<void>;
  /** Has the workers open their log files anew. */
  reopenLogs(): void;
  /** Workers finish their requests, for the graceful timeout at most. Resolves when they and the sockets are gone. */
  stop(): Promise<void>;
  /** Ends the workers in the middle of theirs. */
  kill(): void;
}

/** Before a worker that is to be replaced, and whose successor did not boot, is tried again. */
const RETRY_MS = 30_000;

/**
 * Spawns workers on bound sockets, replaces those that die, are stuck or reach a limit, and runs more while there is more
 * to do. Loads no application code itself.
 * @returns when every worker accepts
 * @throws BootError when one of the first workers does not get there
 */
export async function startMaster(sockets: ListeningSocket[], first: MasterOptions): Promise<Master> {
  let options = first;
  let count = first.settings.workers;
  let wanted = adaptive();
  let last: Promise<unknown> = Promise.resolve();
  const chances = new WeakMap<WorkerHandle, number>();
  const totals = new Map<number, Totals>();
  const workers = keepWorkers({
    spawn(index) {
      const { settings, served, rights } = options;
      const handle = spawnWorker(index, workerSockets(sockets, settings), rights, { settings, served }, beaten);
      if (!totals.has(index)) totals.set(index, newTotals());
      chances.set(handle, Math.random());
      return handle;
    },
    bootTimeout: () => options.settings.bootTimeout * 1000,
    gracefulTimeout: () => options.settings.gracefulTimeout * 1000,
  });

  /** One change after the other: a reload and a scaling at once would each see half of the other. */
  function inTurn<T>(change: () => Promise<T>): Promise<T> {
    const result = last.then(change);
    last = result.catch(() => {});
    return result;
  }

  function adaptive(): ReturnType<typeof busyness> {
    return busyness(count, Math.max(count, options.settings.maxWorkers ?? 0));
  }

  async function resize(to: number): Promise<void> {
    if (to !== workers.size()) await workers.resize(to);
  }

  function beaten(handle: WorkerHandle): void {
    addBeat(totals.get(handle.index)!, handle.beat!, handle.lastBeat);
    recycle(handle);
  }

  /** Replaces a worker that has reached a limit. */
  function recycle(handle: WorkerHandle): void {
    if (handle.state !== "ready") return;
    const reason = limitReached(handle, options.settings, chances.get(handle)!, performance.now());
    if (reason === undefined) return;
    handle.state = "due";
    log(`worker ${handle.pid} ${reason}, another one takes its place`);
    inTurn(async () => {
      if (workers.list().includes(handle)) await workers.replace(handle.index);
    }).catch((error: Error) => {
      log(`worker ${handle.pid} goes on: ${error.message}`);
      setTimeout(() => handle.state === "due" && (handle.state = "ready"), RETRY_MS).unref();
    });
  }

  async function queued(): Promise<number[]> {
    return Promise.all(sockets.map(({ address }) => queuedConnections(address)));
  }

  async function adapt(): Promise<void> {
    const { maxWorkers = 0 } = options.settings;
    if (maxWorkers <= count) return;
    const busy = workers.list().map(({ beat }) => beat?.busy ?? 0);
    const to = wanted({ busy, queued: (await queued()).reduce((sum, one) => sum + one, 0) }, workers.size());
    if (to === workers.size()) return;
    log(`from ${workers.size()} workers to ${to}, for there is ${to > workers.size() ? "more" : "less"} to do`);
    await inTurn(() => resize(to));
  }

  await workers.resize(count).catch(async (error) => {
    await workers.stop("SIGKILL");
    throw error;
  });
  const checkSocketFiles = watchSocketFiles(sockets.map(({ address }) => address));
  const watch = setInterval(() => {
    checkSocketFiles();
    for (const { index } of killStuck(workers.list(), options.settings.timeout)) totals.get(index)!.stuck++;
    adapt().catch((error: Error) => log(error.message));
  }, BEAT_MS);

  async function stop(signal: NodeJS.Signals): Promise<void> {
    clearInterval(watch);
    await workers.stop(signal);
    for (const socket of sockets) socket.close();
  }

  return {
    addresses: sockets.map(({ address }) => address),
    workers: workers.list,
    respawns: workers.respawns,
    totals: () => totals,
    queued,
    reload: (next) =>
      inTurn(async () => {
        const before = options;
        options = next ?? options;
        try {
          // Every place, also that of a worker that has just died: what is booting there is of before.
          for (let index = 1; index <= workers.size(); index++) await workers.replace(index);
          if (options.settings.workers !== before.settings.workers) await resize((count = options.settings.workers));
          wanted = adaptive();
        } catch (error) {
          options = before;
          throw error;
        }
      }),
    scale: (to) =>
      inTurn(async () => {
        await resize(to);
        count = to;
        wanted = adaptive();
      }),
    reopenLogs: () => workers.everyone().forEach((handle) => handle.send({ type: "reopen-logs" })),
    stop: () => stop("SIGTERM"),
    kill: () => void stop("SIGKILL"),
  };
}
