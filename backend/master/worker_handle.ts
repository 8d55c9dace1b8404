import { spawn } from "node:child_process";
import { constants } from "node:os";
import { fileURLToPath } from "node:url";
import type { WorkerOptions } from "../worker/options.ts";

const WORKER = fileURLToPath(new URL("../worker/main.ts", import.meta.url));

/** The user and group workers run as; the master's own where not given. */
export interface Rights {
  uid?: number;
  gid?: number;
}

/** A worker as the master sees it. */
export interface WorkerHandle {
  pid: number | undefined;
  /** It accepted connections at some time. */
  isReady: boolean;
  /** Resolves when it accepts connections; never, when it dies before. */
  ready: Promise<void>;
  /** Resolves when it is gone: with its exit code, or 128 + n for signal n. */
  exited: Promise<number>;
  kill(signal: NodeJS.Signals): void;
}

/** @param fd the bound socket it is to accept on */
export function spawnWorker(fd: number, rights: Rights, options: WorkerOptions): WorkerHandle {
  const child = spawn(process.execPath, [WORKER, JSON.stringify(options)], {
    // The socket's place is options.ts's SOCKET_FD.
    stdio: ["ignore", "inherit", "inherit", fd, "ipc"],
    ...rights,
  });
  const handle: WorkerHandle = {
    pid: child.pid,
    isReady: false,
    ready: new Promise((resolve) => {
      child.once("message", () => {
        handle.isReady = true;
        resolve();
      });
    }),
    exited: new Promise((resolve) => {
      child.once("error", () => resolve(1)); // it could not be spawned
      child.once("exit", (code, signal) => resolve(code ?? 128 + constants.signals[signal!]));
    }),
    kill: (signal) => void child.kill(signal),
  };
  return handle;
}
