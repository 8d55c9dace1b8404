import { setTimeout as sleep } from "node:timers/promises";
import { log } from "../gateway/log.ts";
import { NOT_LOADED, type WorkerOptions } from "../worker/options.ts";
import { formatAddress } from "../worker/bind.ts";
import { bindSocket } from "./listening_socket.ts";
import { type Rights, spawnWorker, type WorkerHandle } from "./worker_handle.ts";

export interface MasterOptions {
  /** `unix:/path` or `host:port`. */
  bind: string;
  workers: number;
  rights: Rights;
  /** The group that may connect to a unix socket; the process's own where not given. */
  socketGid?: number;
  worker: WorkerOptions;
}

export interface Master {
  /** `unix:/path` or `host:port`, with the port the system chose where 0 was asked for. */
  address: string;
  /** Workers finish their requests, for 30 s at most. Resolves when they and the socket are gone. */
  stop(): Promise<void>;
  /** Ends the workers in the middle of theirs. */
  kill(): void;
}

const GRACEFUL_TIMEOUT_MS = 30_000;

/** Between the death of a worker that never was ready and the next one. */
const RESPAWN_DELAY_MS = 1000;

/** The exit code where a worker did not boot. */
const NOT_BOOTED = 3;

export class BootError extends Error {
  exitCode: number;

  constructor(workerExitCode: number) {
    super(
      workerExitCode === NOT_LOADED ? "the application did not load" : `a worker exited with ${workerExitCode} at boot`,
    );
    this.exitCode = workerExitCode === NOT_LOADED ? NOT_LOADED : NOT_BOOTED;
  }
}

/**
 * Binds the socket, spawns the workers and replaces those that die. Loads no application code itself.
 * @returns when every worker accepts
 * @throws BootError when one of the first workers does not get there
 */
export async function startMaster({ bind, workers, rights, socketGid, worker }: MasterOptions): Promise<Master> {
  const socket = await bindSocket(bind, socketGid);
  const handles = new Set<WorkerHandle>();
  let isStopping = false;

  function start(): WorkerHandle {
    const handle = spawnWorker(socket.fd(), rights, worker);
    handles.add(handle);
    void handle.exited.then(() => handles.delete(handle));
    return handle;
  }

  async function keep(handle: WorkerHandle): Promise<void> {
    const code = await handle.exited;
    if (isStopping) return;
    log(`worker ${handle.pid} ended with ${code}, another one takes its place`);
    if (!handle.isReady) await sleep(RESPAWN_DELAY_MS);
    if (!isStopping) void keep(start());
  }

  async function stop(signal: NodeJS.Signals): Promise<void> {
    isStopping = true;
    for (const handle of handles) handle.kill(signal);
    const timer = setTimeout(kill, GRACEFUL_TIMEOUT_MS);
    await Promise.all([...handles].map((handle) => handle.exited));
    clearTimeout(timer);
    socket.close();
  }

  function kill(): void {
    isStopping = true;
    for (const handle of handles) handle.kill("SIGKILL");
  }

  const first = Array.from({ length: workers }, start);
  try {
    await Promise.all(first.map((handle) => Promise.race([handle.ready, handle.exited.then(failBoot)])));
  } catch (error) {
    await stop("SIGKILL");
    throw error;
  }
  for (const handle of first) void keep(handle);
  return { address: formatAddress(socket.address()), stop: () => stop("SIGTERM"), kill };
}

function failBoot(code: number): never {
  throw new BootError(code);
}
