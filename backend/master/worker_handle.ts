import { type ChildProcess, spawn } from "node:child_process";
import { constants } from "node:os";
import { performance } from "node:perf_hooks";
import { fileURLToPath } from "node:url";
import type { Beat, FromWorker, ToWorker } from "../worker/messages.ts";
import type { WorkerOptions } from "../worker/options.ts";
import type { workerSockets } from "./worker_sockets.ts";

const WORKER = fileURLToPath(new URL("../worker/main.ts", import.meta.url));

const NODE_FLAGS = [
  // It reopens logs; Node's own use of it would open a debugger's port.
  "--disable-sigusr1",
  // A request dies young. V8 puts in the old space what it once saw grow old, an environ in flight at a collection, and
  // with that all it leads to: full collections were a third of an Express request's time.
  "--no-allocation-site-pretenuring",
];

/** The user and group workers run as; the master's own where not given. */
export interface Rights {
  uid?: number;
  gid?: number;
  /** Variables beside the master's own. */
  env?: NodeJS.ProcessEnv;
}

/** `due`: it has reached a limit and goes when its successor is ready. `stuck`: it is about to be killed. */
export type WorkerState = "booting" | "ready" | "due" | "stuck" | "retiring" | "gone";

/** A worker as the master sees it. */
export interface WorkerHandle {
  /** Its place among the workers, from 1 on; the one that replaces it has the same. */
  index: number;
  pid: number | undefined;
  state: WorkerState;
  /** When it was spawned, and when it last beat, in milliseconds of `performance.now()`. */
  bornAt: number;
  beatAt: number;
  /** Its last two beats. */
  beat?: Beat;
  lastBeat?: Beat;
  /** Why its application does not load, where it has said so. */
  failure?: string;
  /** Resolves when it accepts connections; never, when it dies before. */
  ready: Promise<void>;
  /** Resolves when it is gone: with its exit code, or 128 + n for signal n. */
  exited: Promise<number>;
  send(message: ToWorker): void;
  kill(signal: NodeJS.Signals): void;
  /** Its end of the trace thread's pipe. */
  tracePipe: ChildProcess["stdio"][number];
}

/**
 * @param sockets the bound ones it is to accept on, see worker_sockets.ts
 * @param onBeat called when it has beaten
 */
export function spawnWorker(
  index: number,
  sockets: ReturnType<typeof workerSockets>,
  rights: Rights,
  options: Omit<WorkerOptions, "index" | "sockets">,
  onBeat: (handle: WorkerHandle) => void,
): WorkerHandle {
  const child = spawn(
    process.execPath,
    [...NODE_FLAGS, WORKER, JSON.stringify({ index, sockets, ...options } satisfies WorkerOptions)],
    {
      // options.ts has the descriptors' places.
      stdio: [
        "ignore",
        "inherit",
        "inherit",
        "ipc",
        options.settings.trace ? "pipe" : "ignore",
        ...sockets.map(({ fd }) => fd),
      ],
      ...rights,
      env: { ...process.env, ...rights.env },
    },
  );
  const now = performance.now();
  const handle: WorkerHandle = {
    index,
    pid: child.pid,
    state: "booting",
    bornAt: now,
    beatAt: now,
    ready: new Promise((resolve) => {
      child.on("message", (message: FromWorker) => {
        handle.beatAt = performance.now();
        if (message.type === "ready") {
          if (handle.state === "booting") handle.state = "ready";
          resolve();
        } else if (message.type === "not-loaded") {
          handle.failure = message.reason;
        } else {
          handle.lastBeat = handle.beat;
          handle.beat = message.beat;
          onBeat(handle);
        }
      });
    }),
    exited: new Promise<number>((resolve) => {
      child.once("error", () => resolve(1)); // it could not be spawned
      child.once("exit", (code, signal) => {
        const status = code ?? 128 + constants.signals[signal!];
        // What it said last is read before the channel ends.
        if (child.connected) child.once("disconnect", () => resolve(status));
        else resolve(status);
      });
    }).then((code) => {
      handle.state = "gone";
      return code;
    }),
    // It may be gone already, which "exit" tells.
    send: (message) => void (child.connected && child.send(message, () => {})),
    kill: (signal) => void child.kill(signal),
    tracePipe: child.stdio[4],
  };
  return handle;
}
